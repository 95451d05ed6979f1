using System.Diagnostics;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

/// <summary>Another program holds a database: its writes wait and are refused in time, everything else goes on.</summary>
public sealed class BusyTests : IAsyncLifetime
{
    private static readonly TimeSpan _writeTimeout = TimeSpan.FromMilliseconds(700);

    private RunningStorage _storage = null!; // set before each test
    private Tenant _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync(o => o with { WriteTimeout = _writeTimeout });
        _tenant = await _storage.Services.AddTenantAsync();
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Writes_are_refused_as_busy_at_their_deadline_and_succeed_when_the_lock_is_gone()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");
        var row = await table.AddAsync("""{"n": 1}""");

        using (Lock(table))
        {
            var started = Stopwatch.StartNew();
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => table.UpdateAsync(row.Id, """{"n": 2}""").AsTask()));

            Assert.All(outcomes, o => Assert.NotNull(o.FailsWith(ErrorCodes.Busy).RetryAfter));
            Assert.True(started.Elapsed >= _writeTimeout * 0.9, $"{started.Elapsed}");
        }

        Assert.Equal("1", (await table.FindAsync(row.Id).Succeeds())["n"]);
        await table.UpdateAsync(row.Id, """{"n": 3}""").Succeeds();
    }

    [Fact]
    public async Task Reads_and_other_databases_go_on()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { WriteTimeout = TimeSpan.FromMinutes(1) });
        var tenant = await storage.Services.AddTenantAsync();
        var (table, other) = (await tenant.AddTableAsync("n INTEGER"), await tenant.AddTableAsync("n INTEGER"));
        var row = await table.AddAsync("""{"n": 1}""");
        List<Task<Result<Row>>> waiting;

        using (new WriteLock(storage.PathOf(table.Database.Database)))
        {
            waiting = [.. Enumerable.Range(0, 200).Select(_ => table.InsertAsync("""{"n": 2}""").AsTask())];
            for (var n = 0; n < 50; n++)
            {
                await other.AddAsync($$"""{"n": {{n}}}""");
                await table.FindAsync(row.Id).Succeeds();
            }

            Assert.All(waiting, write => Assert.False(write.IsCompleted));
        }

        Assert.All(await Task.WhenAll(waiting), o => o.Succeeds());
    }

    [Fact]
    public async Task A_first_list_with_its_total_does_not_wait_for_the_lock()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { WriteTimeout = TimeSpan.FromSeconds(30), QueryTimeout = TimeSpan.FromSeconds(3) });
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        await storage.RestartAsync(); // so that the total is not known
        table = table.Database.On(storage.Services).Table("items");
        await table.FindAsync(1).Succeeds();

        using (new WriteLock(storage.PathOf(table.Database.Database)))
        {
            var started = Stopwatch.StartNew();
            Assert.Equal(1, await table.TotalAsync());
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(10), $"{started.Elapsed}");
        }

        await table.AddAsync("""{"n": 2}""");
        Assert.Equal(2, await table.TotalAsync());
    }

    [Fact]
    public async Task Lists_of_a_locked_database_do_not_hold_up_the_lists_of_others()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { WriteTimeout = TimeSpan.FromSeconds(30), QueryTimeout = TimeSpan.FromSeconds(10) });
        var tenant = await storage.Services.AddTenantAsync();
        var locked = new List<TestTable>();
        for (var i = 0; i < 3; i++)
            locked.Add(await tenant.AddTableAsync("n INTEGER"));
        var other = await tenant.AddTableAsync("n INTEGER");
        await other.TotalAsync();

        var locks = locked.Select(t => new WriteLock(storage.PathOf(t.Database.Database))).ToList();
        try
        {
            var waiting = locked.SelectMany(t => Enumerable.Range(0, 20).Select(_ => t.TryListAsync().AsTask())).ToList();
            var started = Stopwatch.StartNew();
            for (var i = 0; i < 10; i++)
                Assert.Equal(0, await other.TotalAsync());

            Assert.True(started.Elapsed < TimeSpan.FromSeconds(8), $"{started.Elapsed}");
            Assert.All(await Task.WhenAll(waiting), page => page.Succeeds());
        }
        finally
        {
            locks.ForEach(l => l.Dispose());
        }
    }

    [Fact]
    public async Task Changes_of_the_schema_that_wait_behind_each_other_are_refused_in_time()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");

        using (Lock(table))
        {
            var started = Stopwatch.StartNew();
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => table.Database.TryAddTableAsync($"t{i}", "n INTEGER").AsTask()));

            Assert.All(outcomes, o => o.FailsWith(ErrorCodes.Busy));
            Assert.True(started.Elapsed < 10 * _writeTimeout, $"{started.Elapsed}");
        }

        Assert.Single(await table.Database.ListTablesAsync());
        await table.Database.AddTableAsync("t0", "n INTEGER");
    }

    [Fact]
    public async Task A_write_cancelled_behind_others_that_wait_ends_at_the_latest_with_them()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");
        using var leaving = new CancellationTokenSource();

        using (Lock(table))
        {
            var first = table.InsertAsync("""{"n": 1}""").AsTask();
            var cancelled = table.CancellableInsertAsync("""{"n": 2}""", leaving.Token).AsTask();
            await leaving.CancelAsync();

            await first.FailsWith(ErrorCodes.Busy);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.Ends(cancelled));
        }

        Assert.Equal(0, await table.TotalAsync());
    }

    [Fact]
    public async Task A_database_that_is_held_while_it_is_opened_comes_back()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");
        await _storage.StopAsync();
        using (var program = new OtherProgram(_storage.PathOf(table.Database.Database)))
        {
            // A table that Nebula does not know: it has to be entered at the opening, which writes.
            program.Run("CREATE TABLE foreign_table (id INTEGER PRIMARY KEY, n INTEGER)");
            program.Run("BEGIN IMMEDIATE");
            await _storage.StartAsync();
            table = table.Database.On(_storage.Services).Table("items");
            await table.FindAsync(1).FailsWith(ErrorCodes.Busy);
            program.Run("ROLLBACK");
        }

        await table.FindAsync(1).FailsWith(ErrorCodes.RecordNotFound);
        Assert.Equal(["items", "foreign_table"], (await table.Database.ListTablesAsync()).Select(t => t.Name));
        Assert.Equal(0, _storage.Storage.QuarantinedDatabases);
    }

    private WriteLock Lock(TestTable table) => new(_storage.PathOf(table.Database.Database));
}
