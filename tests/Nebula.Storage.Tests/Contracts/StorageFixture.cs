using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>One storage for all tests of a suite; each test takes an account of its own in it. One subclass per engine.</summary>
public abstract class StorageFixture : IAsyncLifetime
{
    /// <summary>The clock that the storage goes by, for tests to move on.</summary>
    public ShiftedClock Clock { get; } = new();

    /// <summary>The core's services on the storage's stores.</summary>
    public abstract Services Services { get; }

    /// <summary>Whether an insert that fails may use up an id, so that there are gaps. Those that are given rise either way.</summary>
    public virtual bool UsesUpIds => false;

    public abstract ValueTask InitializeAsync();

    /// <summary>Stops the storage and starts it again on the same data.</summary>
    /// <param name="queryTimeout">How long a statement may take from then on; as by default if null.</param>
    public abstract Task RestartAsync(TimeSpan? queryTimeout = null);

    /// <summary>The engine's own check of a database, where it has one; the test fails where that finds a fault.</summary>
    public virtual Task CheckAsync(TestDatabase database) => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}
