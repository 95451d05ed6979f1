using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>How long a history is kept.</summary>
public sealed class RetentionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_newer_copy_makes_needless_is_removed_and_the_window_stays()
    {
        var start = new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero);
        var clock = new ShiftedClock { HeldAt = start };
        await using var storage = await ShippedStorage.StartAsync(clock);
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        for (var day = 0; day < 12; day++)
        {
            clock.HeldAt = start.AddDays(day);
            await table.AddAsync($$"""{"n": {{day}}}""");
            await storage.CoverAsync();
        }

        await SweepAsync(storage, clock);

        // Of day 11 - 7 on; the copy of day 4 was taken at its beginning, after its record.
        await Assert.ThrowsAsync<InvalidOperationException>(() => storage.NumbersAsync(table.Database.Database, start.AddDays(3).AddHours(23)));
        for (var day = 4; day < 12; day++)
            Assert.Equal(day + 1, (await storage.NumbersAsync(table.Database.Database, start.AddDays(day).AddHours(1))).Count);
        Assert.Equal(8, storage.Target.OfDatabases.Count(n => n.Contains("/base-", StringComparison.Ordinal)));
        Assert.InRange(storage.Target.Segments.Count, 12, 16); // of some 24
    }

    [Fact]
    public async Task A_deleted_database_can_be_restored_until_the_window_has_passed()
    {
        var clock = new ShiftedClock { HeldAt = new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero) };
        await using var storage = await ShippedStorage.StartAsync(clock);
        var tenant = await storage.Running.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        var database = table.Database.Database;
        await storage.CoverAsync();
        await table.AddAsync("""{"n": 1}""");
        await storage.Running.Services.Databases.DeleteAsync(tenant.Caller, database.Name, Ct).Succeeds();
        await storage.ShipAsync();

        await SweepAsync(storage, clock);
        clock.HeldAt += TimeSpan.FromDays(7);
        await SweepAsync(storage, clock);
        Assert.Equal(["1"], await storage.NumbersAsync(database, clock.HeldAt.Value));

        clock.HeldAt += TimeSpan.FromMinutes(1);
        await SweepAsync(storage, clock);
        Assert.Empty(storage.Target.OfDatabases);
    }

    [Fact]
    public async Task A_description_that_is_damaged_keeps_nothing_else_from_being_removed_and_is_named()
    {
        var start = new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero);
        var clock = new ShiftedClock { HeldAt = start };
        await using var storage = await ShippedStorage.StartAsync(clock);
        var tenant = await storage.Running.Services.AddTenantAsync();
        var (first, second) = (await tenant.AddTableAsync("n INTEGER"), await tenant.AddTableAsync("n INTEGER"));
        for (var day = 0; day < 12; day++)
        {
            clock.HeldAt = start.AddDays(day);
            await first.AddAsync($$"""{"n": {{day}}}""");
            await second.AddAsync($$"""{"n": {{day}}}""");
            await storage.CoverAsync();
        }

        var damaged = storage.Target.Names.First(n => n.StartsWith("wal/about/1/", StringComparison.Ordinal));
        storage.Target.Objects[damaged] = [1, 2, 3];
        await SweepAsync(storage, clock);

        Assert.Equal(8, storage.Target.OfDatabases.Count(n => n.StartsWith("wal/2/", StringComparison.Ordinal) && n.Contains("/base-", StringComparison.Ordinal)));
        Assert.Equal(12, (await storage.NumbersAsync(first.Database.Database, clock.HeldAt.Value)).Count);
        Assert.Single(storage.Running.Log.Lines, l => l.Contains(damaged, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_left_of_another_installations_database_takes_nothing_from_the_one_with_its_number()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        await storage.CoverAsync();
        await using var other = await ShippedStorage.StartAsync(target: storage.Target);
        var its = await (await other.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        Assert.Equal(table.Database.Id, its.Database.Id);
        await its.AddAsync("""{"n": 2}""");
        await other.CoverAsync();
        await storage.Running.StopAsync(); // the first one lost its data
        var note = other.Running.Directory.Combine("nebula.history", $"{its.Database.Id}.json");
        Assert.True(File.Exists(note));

        await SweepAsync(other, TimeProvider.System);

        Assert.True(File.Exists(note));
    }

    private static async Task SweepAsync(ShippedStorage storage, TimeProvider clock)
    {
        var options = new PointInTimeOptions { Target = storage.Target };
        var staging = new WalStaging(storage.Running.Directory.Combine("nebula.history"));
        await new HistoryRetention(new HistoryStore(storage.Target, new BackupCodec(null)), staging, options, storage.Running.Services.DatabaseStore.FindAsync, clock, storage.Running.Log).RunAsync(Ct);
    }
}
