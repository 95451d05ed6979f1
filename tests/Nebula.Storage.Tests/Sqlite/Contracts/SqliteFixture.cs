using Nebula.Storage.Tests.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

/// <summary>The SQLite engine under the contract suites.</summary>
public sealed class SqliteFixture : StorageFixture
{
    private RunningStorage? _running;

    public override Services Services => Running.Services;

    private RunningStorage Running => _running ?? throw new InvalidOperationException("The storage was not started.");

    public override async ValueTask InitializeAsync() => _running = await RunningStorage.StartAsync();

    public override Task RestartAsync() => Running.RestartAsync();

    public override ValueTask DisposeAsync() => Running.DisposeAsync();
}
