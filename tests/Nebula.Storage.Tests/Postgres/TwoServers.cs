using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>Two servers on one PostgreSQL, which hear nothing of each other's changes: what they find out, they find out by themselves.</summary>
public sealed class TwoServers : IAsyncLifetime
{
    private PostgresDatabase? _database;
    private PostgresStorage? _first;
    private PostgresStorage? _second;

    public PostgresDatabase Database => _database ?? throw new InvalidOperationException("Not started.");

    public Services First { get; private set; } = null!; // set before any test runs

    public Services Second { get; private set; } = null!; // as above

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        (_first, _second) = (await StartAsync(), await StartAsync());
        (First, Second) = (ServicesOf(_first), ServicesOf(_second));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in new[] { _first, _second })
        {
            if (storage is not null)
                await storage.DisposeAsync();
        }

        if (_database is not null)
            await _database.DisposeAsync();
    }

    private Task<PostgresStorage> StartAsync() =>
        PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(Database.ConnectionString) { PoolSize = 4 }), TimeProvider.System, NullLoggerFactory.Instance, Ct);

    private static Services ServicesOf(PostgresStorage storage) => new(storage, TimeProvider.System);
}
