using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres.Contracts;

/// <summary>The PostgreSQL engine under the contract suites, in a database of the server that is its own.</summary>
public class PostgresFixture : StorageFixture
{
    private PostgresDatabase? _database;
    private PostgresStorage? _storage;
    private Services? _services;

    public override Services Services => _services ?? throw new InvalidOperationException("The storage was not started.");

    public override bool UsesUpIds => true;

    /// <summary>For tests that look at the server's tables as well.</summary>
    public PostgresDatabase Database => _database ?? throw new InvalidOperationException("The storage was not started.");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        _database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await StartAsync(queryTimeout: null);
    }

    public override async Task RestartAsync(TimeSpan? queryTimeout = null)
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        await StartAsync(queryTimeout);
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_storage is not null)
            await _storage.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    /// <summary>The way that the storage takes to its database.</summary>
    protected virtual ValueTask<PostgresServerOptions> ReachAsync(PostgresDatabase database) => new(new PostgresServerOptions(database.ConnectionString));

    private async Task StartAsync(TimeSpan? queryTimeout)
    {
        var options = await ReachAsync(Database);
        _storage = await PostgresStorage.StartAsync(new PostgresOptions(queryTimeout is { } timeout ? options with { QueryTimeout = timeout } : options), Clock, NullLoggerFactory.Instance, Ct);
        _services = new Services(_storage, Clock);
    }
}
