using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>A PostgreSQL that goes away, and connections that don't come free: requests are refused in time, and served again afterwards.</summary>
public sealed class AvailabilityTests
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(10);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_server_is_away_requests_are_unavailable_and_served_again_when_it_is_back()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await StartAsync(database, o => o);
        var table = await (await ServicesOf(storage).AddTenantAsync()).AddTableAsync("n INTEGER");
        var row = await table.AddAsync("""{"n": 1}""");

        await cluster.StopAsync();
        var before = Stopwatch.GetTimestamp();
        Assert.NotNull((await table.FindAsync(row.Id).FailsWith(ErrorCodes.Unavailable)).RetryAfter);
        await table.InsertAsync("""{"n": 2}""").FailsWith(ErrorCodes.Unavailable);
        await table.TryListAsync().FailsWith(ErrorCodes.Unavailable);
        Assert.InRange(Stopwatch.GetElapsedTime(before), TimeSpan.Zero, _soon);
        await cluster.StartAgainAsync();

        Assert.Equal("1", (await table.FindAsync(row.Id).Succeeds())["n"]);
        await table.AddAsync("""{"n": 3}""");
        Assert.Equal(2, await table.TotalAsync());
    }

    [Fact]
    public async Task After_a_crash_of_the_server_reads_find_a_new_connection_by_themselves()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await StartAsync(database, o => o);
        var table = await (await ServicesOf(storage).AddTenantAsync()).AddTableAsync("n INTEGER");
        var row = await table.AddAsync("""{"n": 1}""");

        await cluster.CrashAsync();
        await cluster.StartAgainAsync();

        Assert.Equal("1", (await table.FindAsync(row.Id).Succeeds())["n"]);
        Assert.Equal([row.Id], (await table.ListAsync()).Ids);
    }

    [Fact]
    public async Task A_write_whose_answer_never_comes_may_have_happened_and_is_said_so()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var way = new SilencedWay(database.ConnectionString);
        await using var storage = await PostgresStorage.StartAsync(new PostgresOptions(new(way.ConnectionString)), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        var table = await (await ServicesOf(storage).AddTenantAsync()).AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        await database.RunAsync(
            $"""
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN WHILE NOT pg_try_advisory_xact_lock_shared(7) LOOP PERFORM pg_sleep(0.05); END LOOP; RETURN NEW; END $$;
            CREATE TRIGGER slow BEFORE INSERT ON db_{table.Database.Id}.items FOR EACH ROW EXECUTE FUNCTION slow()
            """, Ct);
        Task<Result<Row>> writing;
        await using (var gate = await database.ConnectAsync(Ct))
        {
            await using (var hold = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(7)", gate))
                await hold.ExecuteNonQueryAsync(Ct);
            writing = table.InsertAsync("""{"n": 2}""").AsTask();
            await Eventually.IsTrue(() => database.ColumnAsync("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'", Ct).Result.Count > 0, "it writes");
            await way.SilenceAsync();
        }

        var unknown = (await writing).FailsWith(ErrorCodes.Unavailable);

        Assert.Contains("may have happened", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], await database.ColumnAsync($"SELECT n FROM db_{table.Database.Id}.items ORDER BY 1", Ct)); // as it has, here
    }

    [Fact]
    public async Task A_write_that_the_server_gave_up_in_time_was_not_made()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await StartAsync(database, o => o with { QueryTimeout = TimeSpan.FromSeconds(4) });
        var table = await (await ServicesOf(storage).AddTenantAsync()).AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        await database.RunAsync($"CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$; CREATE TRIGGER slow BEFORE INSERT ON db_{table.Database.Id}.items FOR EACH ROW EXECUTE FUNCTION slow()", Ct);

        await table.InsertAsync("""{"n": 2}""").FailsWith(ErrorCodes.QueryTimeout);

        Assert.Equal(1, await table.TotalAsync());
    }

    [Fact]
    public async Task What_is_sent_without_a_transaction_of_its_own_sees_what_was_committed_while_it_waited_whatever_the_database_is_set_to()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await database.RunAsync($"ALTER DATABASE \"{database.Name}\" SET default_transaction_isolation = 'repeatable read'", Ct);

        await using var server = new PostgresServer(new PostgresServerOptions(database.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        await using var connection = await server.OpenAsync(Ct);
        await using var show = new Npgsql.NpgsqlCommand("SHOW transaction_isolation", connection);
        Assert.Equal("read committed", await show.ExecuteScalarAsync(Ct));

        // A pooler takes no settings, so there it is refused.
        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => StartAsync(database, o => o with { IsPooled = true }));
        Assert.Contains("default_transaction_isolation", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_only_connection_comes_not_free_in_time_a_request_is_refused_as_busy()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await StartAsync(database, o => o with { PoolSize = 3, ConnectTimeout = TimeSpan.FromSeconds(1) });
        var table = await (await ServicesOf(storage).AddTenantAsync()).AddTableAsync("n INTEGER");
        var row = await table.AddAsync("""{"n": 1}""");

        await using (var program = await database.ConnectAsync(Ct))
        {
            await using var transaction = await program.BeginTransactionAsync(Ct);
            await using var hold = new Npgsql.NpgsqlCommand($"LOCK TABLE db_{table.Database.Id}.items", program);
            await hold.ExecuteNonQueryAsync(Ct);
            var waiting = table.FindAsync(row.Id).AsTask();
            var refused = await table.FindAsync(row.Id).FailsWith(ErrorCodes.Busy);
            Assert.NotNull(refused.RetryAfter);
            await transaction.RollbackAsync(Ct);
            await waiting.Succeeds();
        }

        await table.FindAsync(row.Id).Succeeds();
    }

    [Fact]
    public async Task A_write_that_waits_for_a_row_of_another_program_does_not_keep_the_others()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await StartAsync(database, o => o);
        var table = await (await ServicesOf(storage).AddTenantAsync()).AddTableAsync("n INTEGER");
        var held = await table.AddAsync("""{"n": 0}""");

        await using var program = await database.ConnectAsync(Ct);
        await using var transaction = await program.BeginTransactionAsync(Ct);
        await using var hold = new Npgsql.NpgsqlCommand($"SELECT 1 FROM db_{table.Database.Id}.items WHERE id = {held.Id} FOR UPDATE", program);
        await hold.ExecuteNonQueryAsync(Ct);
        var waiting = table.UpdateAsync(held.Id, """{"n": 1}""").AsTask();
        var others = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => table.InsertAsync($$"""{"n": {{n}}}""").AsTask()));

        Assert.All(others, o => Assert.Equal("ok", o.Code()));
        Assert.False(waiting.IsCompleted);
        await transaction.RollbackAsync(Ct);
        Assert.Equal("1", (await waiting.Succeeds())["n"]);
    }

    [Fact]
    public async Task Writes_that_wait_for_one_row_keep_no_other_database()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await StartAsync(database, o => o);
        var tenant = await ServicesOf(storage).AddTenantAsync();
        var (table, other) = (await tenant.AddTableAsync("n INTEGER"), await tenant.AddTableAsync("n INTEGER"));
        var (held, free) = (await table.AddAsync("""{"n": 0}"""), await table.AddAsync("""{"n": 0}"""));

        await using var program = await database.ConnectAsync(Ct);
        await using var transaction = await program.BeginTransactionAsync(Ct);
        await using var hold = new Npgsql.NpgsqlCommand($"SELECT 1 FROM db_{table.Database.Id}.items WHERE id = {held.Id} FOR UPDATE", program);
        await hold.ExecuteNonQueryAsync(Ct);
        var waiting = Enumerable.Range(0, 20).Select(n => table.UpdateAsync(held.Id, $$"""{"n": {{n}}}""").AsTask()).ToList();
        await Task.Delay(100, Ct);
        var before = Stopwatch.GetTimestamp();
        await other.AddAsync("""{"n": 1}""");
        await table.UpdateAsync(free.Id, """{"n": 1}""").Succeeds();

        Assert.InRange(Stopwatch.GetElapsedTime(before), TimeSpan.Zero, TimeSpan.FromSeconds(5)); // the ten seconds that a write may wait are not over
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        await transaction.RollbackAsync(Ct);
        Assert.All(await Task.WhenAll(waiting), w => Assert.Equal("ok", w.Code()));
    }

    [Fact]
    public async Task A_write_that_waits_for_a_row_for_too_long_is_busy()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await StartAsync(database, o => o with { WriteTimeout = TimeSpan.FromSeconds(1) });
        var table = await (await ServicesOf(storage).AddTenantAsync()).AddTableAsync("n INTEGER");
        var held = await table.AddAsync("""{"n": 0}""");

        await using var program = await database.ConnectAsync(Ct);
        await using var transaction = await program.BeginTransactionAsync(Ct);
        await using var hold = new Npgsql.NpgsqlCommand($"SELECT 1 FROM db_{table.Database.Id}.items WHERE id = {held.Id} FOR UPDATE", program);
        await hold.ExecuteNonQueryAsync(Ct);

        await table.UpdateAsync(held.Id, """{"n": 1}""").FailsWith(ErrorCodes.Busy);
    }

    [Fact]
    public async Task Writes_whose_connection_is_ended_are_unavailable_and_no_fault_of_the_program()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var storage = await StartAsync(database, o => o);
        var table = await (await ServicesOf(storage).AddTenantAsync()).AddTableAsync("n INTEGER");
        var held = await table.AddAsync("""{"n": 0}""");

        await using var program = await database.ConnectAsync(Ct);
        await using var transaction = await program.BeginTransactionAsync(Ct);
        await using var hold = new Npgsql.NpgsqlCommand($"SELECT 1 FROM db_{table.Database.Id}.items WHERE id = {held.Id} FOR UPDATE", program);
        await hold.ExecuteNonQueryAsync(Ct);
        var writes = Enumerable.Range(0, 200).Select(n => n % 20 == 0 ? table.UpdateAsync(held.Id, """{"n": 1}""").AsTask() : table.InsertAsync($$"""{"n": {{n}}}""").AsTask()).ToList();
        for (var ended = 0; ended < 3;)
            ended += (await database.ColumnAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", Ct)).Count;
        await transaction.RollbackAsync(Ct);

        var codes = (await Task.WhenAll(writes)).Select(w => w.Code()).ToList();
        Assert.All(codes, c => Assert.Contains(c, new[] { "ok", ErrorCodes.Unavailable }));
        Assert.Contains(ErrorCodes.Unavailable, codes);
        Assert.True(codes.Count(c => c == "ok") <= await table.TotalAsync() + 10);
    }

    private static Task<PostgresStorage> StartAsync(PostgresDatabase database, Func<PostgresServerOptions, PostgresServerOptions> change) => PostgresStorage.StartAsync(
        new PostgresOptions(change(new PostgresServerOptions(database.ConnectionString) { PoolSize = 8, ConnectTimeout = TimeSpan.FromSeconds(3) })), TimeProvider.System, NullLoggerFactory.Instance, Ct);

    private static Services ServicesOf(PostgresStorage storage) => new(storage, TimeProvider.System);
}
