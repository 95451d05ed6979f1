using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Support;
using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>What one database can take of the connections that all share: a lock that another program holds must stop that database alone.</summary>
public sealed class PoolTests : IAsyncLifetime
{
    private PostgresDatabase? _database;
    private PostgresStorage? _storage;
    private Tenant? _tenant;

    private PostgresStorage Storage => _storage ?? throw new InvalidOperationException("Not started.");

    private PostgresDatabase Database => _database ?? throw new InvalidOperationException("Not started.");

    private Tenant Tenant => _tenant ?? throw new InvalidOperationException("Not started.");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        var server = new PostgresServerOptions(_database.ConnectionString) { PoolSize = 8, ConnectTimeout = TimeSpan.FromSeconds(1), QueryTimeout = TimeSpan.FromSeconds(30), WriteTimeout = TimeSpan.FromSeconds(30) };
        _storage = await PostgresStorage.StartAsync(new PostgresOptions(server), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        _tenant = await new Services(_storage, TimeProvider.System).AddTenantAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_table_that_another_program_holds_keeps_no_other_database()
    {
        var (held, other) = (await Tenant.AddTableAsync("n INTEGER"), await Tenant.AddTableAsync("n INTEGER"));
        var (row, free) = (await held.AddAsync("""{"n": 1}"""), await other.AddAsync("""{"n": 1}"""));

        List<Task<Error?>> waiting;
        await using (await LockAsync(held))
        {
            waiting = [.. Enumerable.Range(0, 40).Select(n => RequestAsync(held, row.Id, n))];
            await Eventually.IsTrue(() => waiting.Any(w => w.IsCompleted), "the first one is told that the database is busy");

            foreach (var n in Enumerable.Range(0, 10))
            {
                await other.FindAsync(free.Id).Succeeds();
                await other.AddAsync($$"""{"n": {{n}}}""");
                await other.ListAsync();
                await other.InsertManyAsync($$"""[{"n": {{n}}}]""").Succeeds();
            }

            Assert.Contains(waiting, w => !w.IsCompleted);
        }

        var outcomes = await Eventually.Ends(Task.WhenAll(waiting));
        Assert.All(outcomes.OfType<Error>(), refused =>
        {
            Assert.Equal(ErrorCodes.Busy, refused.Code);
            Assert.NotNull(refused.RetryAfter);
        });
        Assert.Contains(null, outcomes);
        Assert.Contains(outcomes, o => o is not null);
        await held.FindAsync(row.Id).Succeeds();
    }

    [Fact]
    public async Task Alterations_that_wait_for_a_table_keep_no_other_database_from_changing_its_own()
    {
        var (held, other) = (await Tenant.AddTableAsync("n INTEGER"), await Tenant.AddTableAsync("n INTEGER"));

        List<Task<string>> waiting;
        await using (await LockAsync(held))
        {
            waiting = [.. Enumerable.Range(0, 4).Select(async n => (await held.Database.AlterAsync("items", $$"""{"add_columns": [{"name": "c{{n}}", "type": "TEXT"}]}""")).Code())];
            while ((await Database.ColumnAsync("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", Ct)).Count == 0)
                await Task.Delay(10, Ct);
            await Eventually.Ends(other.Database.AddTableAsync("more", "n INTEGER"));
            Assert.All(waiting, w => Assert.False(w.IsCompleted));
        }

        Assert.All(await Eventually.Ends(Task.WhenAll(waiting)), code => Assert.Equal("ok", code));
    }

    [Fact]
    public async Task A_pool_that_several_databases_use_up_is_unavailable_to_all()
    {
        var (first, second, third) = (await Tenant.AddTableAsync("n INTEGER"), await Tenant.AddTableAsync("n INTEGER"), await Tenant.AddTableAsync("n INTEGER"));
        var rows = new[] { await first.AddAsync("""{"n": 1}"""), await second.AddAsync("""{"n": 1}"""), await third.AddAsync("""{"n": 1}""") };

        List<Task<Result<Row>>> waiting;
        await using (await LockAsync(first))
        await using (await LockAsync(second))
        {
            waiting = [.. Enumerable.Range(0, 6).Select(n => (n % 2 == 0 ? first : second).FindAsync(rows[n % 2].Id).AsTask())]; // all six
            Assert.NotNull((await third.FindAsync(rows[2].Id).FailsWith(ErrorCodes.Unavailable)).RetryAfter);
        }

        Assert.All(await Eventually.Ends(Task.WhenAll(waiting)), w => Assert.Equal("ok", w.Code()));
        await third.FindAsync(rows[2].Id).Succeeds();
    }

    [Fact]
    public async Task A_pool_that_is_used_up_does_not_take_the_server_out_of_service()
    {
        var (first, second) = (await Tenant.AddTableAsync("n INTEGER"), await Tenant.AddTableAsync("n INTEGER"));
        var rows = new[] { await first.AddAsync("""{"n": 1}"""), await second.AddAsync("""{"n": 1}""") };

        List<Task> waiting;
        await using (await LockAsync(first))
        await using (await LockAsync(second))
        {
            waiting =
            [
                .. Enumerable.Range(0, 6).Select(n => (n % 2 == 0 ? first : second).FindAsync(rows[n % 2].Id).AsTask()),
                .. new[] { first, second }.Select(t => t.Database.AlterAsync("items", """{"add_columns": [{"name": "c", "type": "TEXT"}]}""").AsTask()),
            ];

            Assert.True(await Storage.IsMetadataReadyAsync(Ct));
            Assert.All(waiting, w => Assert.False(w.IsCompleted));
        }

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    /// <summary>One of the ways to read and write; null for success.</summary>
    private static async Task<Error?> RequestAsync(TestTable table, long id, int n) => (n % 6) switch
    {
        0 => ErrorOf(await table.InsertAsync("""{"n": 2}""")),
        1 => ErrorOf(await table.FindAsync(id)),
        2 => ErrorOf(await table.UpdateAsync(id, """{"n": 3}""")),
        3 => ErrorOf(await table.TryListAsync()),
        4 => ErrorOf(await table.InsertManyAsync("""[{"n": 4}, {"n": 5}]""")),
        _ => ErrorOf(await table.Database.RunAsync("""{"op": "create", "table": "items", "data": {"n": 6}}""")),
    };

    private static Error? ErrorOf<T>(Result<T> result) => result.TryGet(out _, out var error) ? null : error;

    /// <summary>Holds a table as another program could, until it is disposed.</summary>
    private async Task<NpgsqlConnection> LockAsync(TestTable table)
    {
        var program = await Database.ConnectAsync(Ct);
        await using var hold = new NpgsqlCommand($"BEGIN; LOCK TABLE db_{table.Database.Id}.items IN ACCESS EXCLUSIVE MODE", program);
        await hold.ExecuteNonQueryAsync(Ct);
        return program;
    }
}
