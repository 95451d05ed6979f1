using Nebula.Storage.Tests.Postgres;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>One PostgreSQL that syncs what it commits, crashes and is started again.</summary>
internal sealed class CrashingPrimary : IPrimary
{
    private static readonly TimeSpan _away = TimeSpan.FromSeconds(2);

    private readonly PostgresCluster _cluster;
    private readonly PostgresDatabase _database;

    private CrashingPrimary(PostgresCluster cluster, PostgresDatabase database) => (_cluster, _database) = (cluster, database);

    public string Url => _database.Url;

    public IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Faults => [("PostgreSQL crashed", CrashAsync), ("connections cut", CutConnectionsAsync)];

    public static async Task<CrashingPrimary> StartAsync()
    {
        var cluster = await PostgresCluster.StartAsync("-c fsync=on -c synchronous_commit=on");
        return new CrashingPrimary(cluster, await cluster.CreateDatabaseAsync());
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync(); // and the database with it

    private async Task CrashAsync(CancellationToken ct)
    {
        await _cluster.CrashAsync();
        await Task.Delay(_away, ct);
        await _cluster.StartAgainAsync();
    }

    private async Task CutConnectionsAsync(CancellationToken ct)
    {
        for (var i = 0; i < 5; i++)
        {
            await _database.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", ct);
            await Task.Delay(100, ct);
        }
    }
}
