using Nebula.Core.Backups;
using Nebula.Storage.Moving;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Moving;
using Nebula.Storage.Tests.Moving;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>The history of a database ends when its data go to another placement.</summary>
public sealed class MovedDatabaseTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_history_ends_with_the_reason_and_before_that_it_is_whole()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await table.AddAsync("""{"n": 1}""");
        var before = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        await MoveAsync(storage, table.Database);
        await storage.ShipAsync();

        Assert.Equal((1, null), await LookAsync(storage, table, before));
        Assert.Equal((1, "its data were moved to another placement"), await LookAsync(storage, table, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task When_everything_is_restored_it_is_named_and_not_brought_back_as_it_was_when_it_left()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        var moved = await (await tenant.AddDatabaseAsync("moved")).AddTableAsync("items", "n INTEGER");
        var stayed = await (await tenant.AddDatabaseAsync("stayed")).AddTableAsync("items", "n INTEGER");
        await moved.AddAsync("""{"n": 1}""");
        await stayed.AddAsync("""{"n": 1}""");
        await storage.CoverAsync();
        var before = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        await MoveAsync(storage, moved.Database);
        await storage.ShipAsync();
        await storage.Shipper.CopyAsync(Ct); // which ships what another program did to the metadata

        var report = await RestoreAllAsync(storage, DateTimeOffset.UtcNow);
        Assert.Equal(1, report.Databases);
        Assert.EndsWith("/moved: its data were in the placement 'two' at that moment, which has no history here", Assert.Single(report.Missing), StringComparison.Ordinal);
        Assert.Empty((await RestoreAllAsync(storage, before)).Missing);
    }

    [Fact]
    public async Task One_that_was_on_its_way_comes_back_without_what_the_move_logged()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await using var source = new SqliteMoveSource(storage.Running.Storage.Pool, new DataDirectory(storage.Running.Options), storage.Shipper, table.Database.Database);
        await source.BeginAsync(Ct);
        await table.AddAsync("""{"n": 1}""");
        await storage.ShipAsync();
        await using var empty = await ShippedStorage.StartAsync();
        await RestoreAllAsync(storage, empty, DateTimeOffset.UtcNow);

        using var file = empty.Running.OpenFile(table.Database.Database);
        Assert.Equal(1, file.Integer("SELECT count(*) FROM items"));
        Assert.Empty(file.Column("SELECT name FROM sqlite_schema WHERE name LIKE '\\_nebula\\_log%' ESCAPE '\\' OR name LIKE '%moving%'"));
    }

    private static async Task<HistoryReport> RestoreAllAsync(ShippedStorage storage, DateTimeOffset at)
    {
        await using var empty = await ShippedStorage.StartAsync();
        return await RestoreAllAsync(storage, empty, at);
    }

    private static async Task<HistoryReport> RestoreAllAsync(ShippedStorage storage, ShippedStorage empty, DateTimeOffset at)
    {
        var histories = empty.HistoriesAt(storage.Target, null);
        return await histories.RestoreAllAsync(at, new Telling<BackupProgress>(_ => { }), Ct).Succeeds();
    }

    /// <summary>Moves it into another directory, for which the metadata then have another placement.</summary>
    private static async Task MoveAsync(ShippedStorage storage, TestDatabase database)
    {
        using var other = new TemporaryDirectory();
        var options = new StorageOptions { DataDirectory = other.Path };
        await using var source = new SqliteMoveSource(storage.Running.Storage.Pool, new DataDirectory(storage.Running.Options), storage.Shipper, database.Database);
        await using var target = new SqliteMoveTarget(new DataDirectory(options), database.Database, options);
        var noted = new NotedStages();
        await new DatabaseMove(source, target, noted, noted, TimeProvider.System).RunAsync(Ct);
        using (var metadata = storage.Running.OpenMetadata())
            metadata.Run("UPDATE databases SET placement = $placement WHERE database_id = $id", ("$placement", TwoPlacements.Two.Value), ("$id", database.Id.Value));
        await source.RemoveAsync(Ct);
    }

    private static Task<(long, string?)> LookAsync(ShippedStorage storage, TestTable table, DateTimeOffset at) =>
        storage.RestoreAsync(table.Database.Database, at, (file, restored) => (file.Integer("SELECT count(*) FROM items"), restored.Gap?.Reason));
}
