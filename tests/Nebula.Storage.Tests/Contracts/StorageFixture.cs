using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>One storage for all tests of a suite; each test takes an account of its own in it. One subclass per engine.</summary>
public abstract class StorageFixture : IAsyncLifetime
{
    /// <summary>The core's services on the storage's stores.</summary>
    public abstract Services Services { get; }

    public abstract ValueTask InitializeAsync();

    /// <summary>Stops the storage and starts it again on the same data.</summary>
    public abstract Task RestartAsync();

    public abstract ValueTask DisposeAsync();
}
