using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>Databases that nobody opens have a history too, and those whose history lacks nothing stay closed.</summary>
public sealed class UnopenedDatabasesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_that_were_there_before_histories_were_kept_get_one()
    {
        await using var storage = await ShippedStorage.StartAsync(storage: o => o with { MaxOpenDatabases = 2 });
        var options = storage.Running.Options;
        storage.Running.Options = options with { PointInTime = null };
        await storage.Running.RestartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        var tables = new List<TestTable>();
        for (var i = 0; i < 5; i++)
        {
            tables.Add(await tenant.AddTableAsync("n INTEGER"));
            await tables[i].AddAsync($$"""{"n": {{i}}}""");
        }

        await tenant.AddDatabaseAsync(); // never used
        storage.Running.Options = options;
        await storage.Running.RestartAsync();
        await RunAsync(storage);

        Assert.InRange(storage.Running.Storage.OpenDatabases, 1, 2);
        foreach (var (i, table) in tables.Index())
            Assert.Equal([$"{i}"], await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task What_a_crash_left_in_a_log_is_shipped_before_anybody_opens_its_database()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await table.AddAsync("""{"n": 1}""");

        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: storage.Running.Directory.Copy());
        await RunAsync(after);

        Assert.Single(storage.Target.Generations);
        Assert.Equal(["1"], await after.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task Those_whose_history_lacks_nothing_stay_closed()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        await tenant.AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await table.AddAsync("""{"n": 1}""");
        await storage.Running.RestartAsync();
        var before = storage.Target.Names.ToList();
        await RunAsync(storage);

        Assert.Equal(0, storage.Running.Storage.OpenDatabases);
        Assert.Equal(before, storage.Target.Names);
    }

    [Fact]
    public async Task It_goes_on_by_itself_when_the_place_is_back_and_ends_when_the_server_does()
    {
        await using var storage = await ShippedStorage.StartAsync(change: o => o with { Interval = TimeSpan.FromMilliseconds(50) });
        var options = storage.Running.Options;
        storage.Running.Options = options with { PointInTime = null };
        await storage.Running.RestartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        storage.Running.Options = options;
        storage.Target.IsAway = true;
        await storage.Running.RestartAsync();
        await Eventually.IsTrue(() => storage.Shipper.IsAway, "the place was missed");
        await storage.Running.RestartAsync();
        storage.Target.IsAway = false;

        await Eventually.IsTrue(() => storage.Target.OfDatabases.Any(n => n.StartsWith("wal/about/", StringComparison.Ordinal)), "it has a copy");
        Assert.Empty(await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    private static async Task RunAsync(ShippedStorage storage) => await storage.Running.Storage.Unopened!.RunAsync(Ct); // every one of these has it
}
