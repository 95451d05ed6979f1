using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>Restoring by name, with nothing but the place.</summary>
public sealed class HistoriesTests
{
    private static readonly NoProgress _progress = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_database_comes_back_as_a_new_one_and_the_one_that_took_its_name_stays()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        var email = (await storage.Running.Services.Accounts.FindAsync(tenant.Id, Ct))!.Email; // just added
        var first = await (await tenant.AddDatabaseAsync("shop")).AddTableAsync("items", "n INTEGER");
        await storage.CoverAsync();
        await first.AddAsync("""{"n": 1}""");
        var at = DateTimeOffset.UtcNow;
        await storage.Running.Services.Databases.DeleteAsync(tenant.Caller, first.Database.Database.Name, Ct).Succeeds();
        var second = await (await tenant.AddDatabaseAsync("shop")).AddTableAsync("items", "n INTEGER");
        await second.AddAsync("""{"n": 2}""");
        await storage.CoverAsync();

        var histories = Of(storage, storage);
        await histories.RestoreAsync(email, Some.Database("shop"), at, tenant.Id, Some.Database("shop"), Ct).FailsWith(ErrorCodes.DatabaseExists);
        var restored = await histories.RestoreAsync(email.ToUpperInvariant(), Some.Database("shop"), at, tenant.Id, Some.Database("before"), Ct).Succeeds();

        Assert.Null(restored.Gap);
        Assert.InRange(restored.AsOf, at.AddSeconds(-20), at);
        Assert.Equal("1", (await (await tenant.OpenDatabaseAsync("before")).Table("items").FindAsync(1).Succeeds())["n"]);
        Assert.Equal("2", (await second.FindAsync(1).Succeeds())["n"]);
        Assert.Equal(2, (await (await tenant.OpenDatabaseAsync("before")).Table("items").AddAsync("""{"n": 3}""")).Id);
    }

    [Fact]
    public async Task Everything_comes_back_from_the_place_alone_and_what_does_not_is_named()
    {
        var target = new MemoryTarget();
        DateTimeOffset at;
        Tenant tenant;
        TestDatabase lost;
        await using (var storage = await ShippedStorage.StartAsync(target: target))
        {
            tenant = await storage.Running.Services.AddTenantAsync();
            var whole = await (await tenant.AddDatabaseAsync("whole")).AddTableAsync("items", "n INTEGER");
            var damaged = await (await tenant.AddDatabaseAsync("damaged")).AddTableAsync("items", "n INTEGER");
            await tenant.AddDatabaseAsync("unused");
            await storage.CoverAsync();
            await whole.AddAsync("""{"n": 1}""");
            await damaged.AddAsync("""{"n": 1}""");
            var late = await (await tenant.AddDatabaseAsync("late")).AddTableAsync("items", "n INTEGER");
            await late.AddAsync("""{"n": 1}""");
            await storage.ShipAsync();
            at = DateTimeOffset.UtcNow;
            await Task.Delay(5, Ct);
            await whole.AddAsync("""{"n": 2}""");
            lost = await tenant.AddDatabaseAsync();
            await storage.AddOwnersBackupAsync(lost);
        }

        var last = target.Segments.Last(n => n.StartsWith("wal/2/", StringComparison.Ordinal));
        target.Objects[last] = target.Objects[last][..^10];
        await using var empty = await ShippedStorage.StartAsync();
        var histories = empty.HistoriesAt(target, null);
        var report = await histories.RestoreAllAsync(at, _progress, Ct).Succeeds();

        Assert.Equal(1, report.Databases);
        Assert.Collection(
            report.Missing,
            m => Assert.Matches($"/damaged: '{last}' is", m),
            m => Assert.EndsWith("/late: it has no history that reaches the moment", m, StringComparison.Ordinal));
        var again = tenant.On(empty.Running.Services);
        Assert.Equal(1, await (await again.OpenDatabaseAsync("whole")).Table("items").TotalAsync());
        await (await again.OpenDatabaseAsync("unused")).AddTableAsync("items", "n INTEGER");
        Assert.Equal(lost.Id.Value + 1, (await again.AddDatabaseAsync()).Id.Value);
        await histories.RestoreAllAsync(at, _progress, Ct).FailsWith(ErrorCodes.Conflict);
    }

    private static IHistories Of(ShippedStorage kept, ShippedStorage into) =>
        into.HistoriesAt(kept.Target, kept.Key);

    private sealed class NoProgress : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value)
        {
        }
    }
}
