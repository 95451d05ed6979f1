using Nebula.Storage.Tests.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

/// <summary>The SQLite engine under the contract suites.</summary>
public sealed class SqliteFixture : StorageFixture
{
    private static readonly TimeSpan _queryTimeout = new StorageOptions { DataDirectory = "" }.QueryTimeout;

    private RunningStorage? _running;

    public override Services Services => Running.Services;

    /// <summary>For tests that look at the files as well.</summary>
    public RunningStorage Running => _running ?? throw new InvalidOperationException("The storage was not started.");

    public override async ValueTask InitializeAsync() => _running = await RunningStorage.StartAsync(clock: Clock);

    public override Task RestartAsync(TimeSpan? queryTimeout = null)
    {
        Running.Options = Running.Options with { QueryTimeout = queryTimeout ?? _queryTimeout };
        return Running.RestartAsync();
    }

    public override Task CheckAsync(TestDatabase database)
    {
        using var program = Running.OpenFile(database.Database);
        Assert.Equal("ok", program.Text("PRAGMA integrity_check"));
        Assert.Empty(program.Column("PRAGMA foreign_key_check"));
        foreach (var index in program.Column("SELECT name FROM sqlite_schema WHERE name LIKE '\\_nebula\\_fts%' ESCAPE '\\' AND sql LIKE 'CREATE VIRTUAL TABLE%'"))
            program.Run($"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)");
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => Running.DisposeAsync();
}
