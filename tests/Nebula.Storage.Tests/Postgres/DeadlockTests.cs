using Nebula.Storage.Tests.Postgres.Contracts;
using Nebula.Storage.Tests.Support;
using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>Of two that wait for each other PostgreSQL ends one, which may be a read of ours that did nothing wrong.</summary>
public sealed class DeadlockTests(PostgresFixture storage) : IClassFixture<PostgresFixture>
{
    private const int MostAttempts = 5;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_that_is_ended_is_run_again()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddMusicAsync();
        var albums = database.Table("albums");
        const string Query = "filter=artist.name%20is%20not%20null";
        var expected = (await albums.ListAsync(Query)).Total;
        await using var other = await storage.Database.ConnectAsync(Ct);

        // Who begins to wait a second before the other one is ended; on a machine that stalls it may be the other one.
        for (var attempt = 1; ; attempt++)
        {
            await RunAsync(other, $"BEGIN; LOCK TABLE db_{database.Id}.artists IN ACCESS EXCLUSIVE MODE");
            var reading = albums.TryListAsync(Query).AsTask();
            await Eventually.IsTrue(async () => await RunAsync(other, HoldsAndWaits(database)) is 1L, "the read has the one table and waits for the other");
            var isEnded = await TryLockAsync(other, $"db_{database.Id}.albums");
            await RunAsync(other, "ROLLBACK");

            Assert.Equal(expected, (await Eventually.Ends(reading)).Succeeds().Total);
            if (isEnded)
                return;
            Assert.True(attempt < MostAttempts, "The read was never ended.");
        }
    }

    private static string HoldsAndWaits(TestDatabase database) =>
        $"""
        SELECT count(DISTINCT waits.pid) FROM pg_locks waits JOIN pg_locks holds ON holds.pid = waits.pid
        WHERE NOT waits.granted AND waits.relation = 'db_{database.Id}.artists'::regclass AND holds.granted AND holds.relation = 'db_{database.Id}.albums'::regclass
        """;

    /// <summary>Whether this ended who held the table.</summary>
    private static async Task<bool> TryLockAsync(NpgsqlConnection connection, string table)
    {
        try
        {
            await RunAsync(connection, $"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }
}
