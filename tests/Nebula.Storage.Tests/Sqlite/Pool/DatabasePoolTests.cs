using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Pool;

public sealed class DatabasePoolTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_place_for_two_ten_databases_serve_in_turns()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { MaxOpenDatabases = 2 });
        var tenant = await storage.Services.AddTenantAsync();
        var tables = new List<TestTable>();
        for (var i = 0; i < 10; i++)
            tables.Add(await tenant.AddTableAsync("n INTEGER"));

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            await tables[i % 10].AddAsync($$"""{"n": {{i}}}""");
            Assert.InRange(storage.Storage.OpenDatabases, 0, 2);
        })));

        foreach (var table in tables)
            Assert.Equal(20, await table.TotalAsync());
        Assert.InRange(storage.Storage.OpenDatabases, 1, 2);
    }

    [Fact]
    public async Task The_one_that_was_not_used_for_longest_makes_place()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { MaxOpenDatabases = 2 });
        var tenant = await storage.Services.AddTenantAsync();
        var tables = new[] { await tenant.AddTableAsync("n INTEGER"), await tenant.AddTableAsync("n INTEGER") };
        await Task.Delay(20, Ct);
        await tables[0].TotalAsync();

        var third = await tenant.AddTableAsync("n INTEGER");

        using var kept = storage.OpenFile(tables[0].Database.Database);
        Assert.True(HasLog(tables[0]));
        Assert.False(HasLog(tables[1]));
        Assert.True(HasLog(third));

        bool HasLog(TestTable table) => File.Exists($"{storage.PathOf(table.Database.Database)}-wal");
    }

    [Fact]
    public async Task When_all_places_are_in_use_the_next_is_told_to_come_again()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { MaxOpenDatabases = 1, WriteTimeout = TimeSpan.FromMilliseconds(300) });
        var tenant = await storage.Services.AddTenantAsync();
        var (one, other) = (await tenant.AddTableAsync("n INTEGER"), await tenant.AddTableAsync("n INTEGER"));

        using (var lease = await storage.Storage.Pool.LeaseAsync(one.Database.Id, Ct).Succeeds())
            await other.TryListAsync().FailsWith(ErrorCodes.Busy);

        Assert.Equal(0, await other.TotalAsync());
    }

    [Fact]
    public async Task A_database_nobody_uses_is_closed_in_time()
    {
        var clock = new ManualClock();
        await using var storage = await RunningStorage.StartAsync(o => o with { IdleDatabaseTimeout = TimeSpan.Zero }, clock);
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        Assert.Equal(1, storage.Storage.OpenDatabases);
        await Task.Delay(20, Ct);

        clock.Advance(TimeSpan.FromSeconds(16));

        await Eventually.IsTrue(() => storage.Storage.OpenDatabases == 0, "the idle database is closed");
        Assert.False(File.Exists($"{storage.PathOf(table.Database.Database)}-wal"));
        Assert.Equal(1, await table.TotalAsync());
    }

    [Fact]
    public async Task Renaming_waits_for_what_runs_and_what_comes_waits_for_it()
    {
        await using var storage = await RunningStorage.StartAsync();
        var tenant = await storage.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        var database = table.Database.Database;
        var writes = Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => table.AddAsync($$"""{"n": {{i}}}"""))));

        for (var i = 0; i < 10; i++)
            database = await storage.Services.DatabaseStore.RenameAsync(database, Some.Database($"renamed_{i}"), Ct).Succeeds();

        await writes;
        Assert.Equal(100, await table.TotalAsync());
        using var program = storage.OpenFile(database);
        Assert.Equal(100, program.Integer("SELECT count(*) FROM items"));
    }

    [Fact]
    public async Task Deleting_under_load_answers_everyone_and_leaves_nothing()
    {
        await using var storage = await RunningStorage.StartAsync();
        var tenant = await storage.Services.AddTenantAsync();
        for (var round = 0; round < 5; round++)
        {
            var table = await (await tenant.AddDatabaseAsync("shop")).AddTableAsync("items", "n INTEGER");
            var load = Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
                i % 2 == 0 ? (await table.InsertAsync("""{"n": 1}""")).Code() : (await table.TryListAsync()).Code())));
            await Task.Yield();

            await storage.Services.Databases.DeleteAsync(tenant.Caller, table.Database.Database.Name, Ct).Succeeds();

            Assert.All(await load, code => Assert.True(code is "ok" or ErrorCodes.DatabaseNotFound, code));
            Assert.Empty(Directory.GetFiles(storage.Directory.Path, "shop*", SearchOption.AllDirectories));
            Assert.Empty(Directory.GetFiles(storage.Directory.Path, "*.deleted*", SearchOption.AllDirectories));
        }
    }

    [Fact]
    public async Task Making_and_deleting_databases_of_one_account_at_once_disturbs_none()
    {
        await using var storage = await RunningStorage.StartAsync();
        var tenant = await storage.Services.AddTenantAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 15; i++)
            {
                var database = await tenant.AddDatabaseAsync($"db_{worker}");
                Assert.Equal(1, (await (await database.AddTableAsync("t", "n INTEGER")).AddAsync("""{"n": 1}""")).Id);
                await storage.Services.Databases.DeleteAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();
            }
        })));

        Assert.Empty(await storage.Services.DatabaseStore.ListAsync(tenant.Id, 10, 0, Ct));
        Assert.Equal(["nebula.spool"], Directory.GetDirectories(storage.Directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_reader_that_cannot_be_opened_is_an_error_and_not_a_fault()
    {
        await using var storage = await RunningStorage.StartAsync();
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        var path = storage.PathOf(table.Database.Database);
        File.Move(path, $"{path}.away");

        await table.FindAsync(1).FailsWith(ErrorCodes.Unavailable);
        await table.TryListAsync().FailsWith(ErrorCodes.Unavailable);

        File.Move($"{path}.away", path);
        Assert.Equal(0, await table.TotalAsync());
        await table.FindAsync(1).FailsWith(ErrorCodes.RecordNotFound);
    }
}
