using static Nebula.Storage.Tests.Sqlite.PointInTime.ShippedStorage;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>While the place can't be reached, or does not answer, writes go on.</summary>
public sealed class AwayTests
{
    private const string Text = "t TEXT";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_place_is_away_writes_go_on_the_log_stays_bounded_and_then_a_new_generation_begins()
    {
        const long Bound = 2_000_000;
        await using var storage = await ShippedStorage.StartAsync(storage: o => o with { MaxWalBytes = Bound });
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER", Text);
        await storage.CoverAsync();
        await AddAsync(table, 1, 3);
        await storage.ShipAsync();
        var before = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);

        storage.Target.IsAway = true;
        for (var n = 4; n <= 100; n++)
        {
            await table.AddAsync($$"""{"n": {{n}}, "t": "{{new string('x', 50_000)}}"}""");
            if (n % 10 == 0)
                await storage.ShipAsync();
        }

        var within = DateTimeOffset.UtcNow;
        Assert.True(storage.Shipper.IsAway);
        Assert.InRange(new FileInfo($"{storage.Running.PathOf(table.Database.Database)}-wal").Length, 1, Bound + 200_000);
        Assert.Single(storage.Running.Log.Lines, l => l.Contains("can't be shipped", StringComparison.Ordinal));
        storage.Target.IsAway = false;
        await storage.CoverAsync();
        await storage.CoverAsync();
        await AddAsync(table, 101, 102);
        await storage.ShipAsync();

        Assert.False(storage.Shipper.IsAway);
        Assert.Equal(2, storage.Target.Generations.Count);
        Assert.Equal(3, (await storage.NumbersAsync(table.Database.Database, before)).Count);
        Assert.Contains("came to its bound", await storage.RestoreAsync(table.Database.Database, within, (_, restored) => restored.Gap?.Reason), StringComparison.Ordinal);
        Assert.Null(await storage.RestoreAsync(table.Database.Database, DateTimeOffset.UtcNow, (_, restored) => restored.Gap));
        Assert.Equal(102, (await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow)).Count);
    }

    [Fact]
    public async Task A_short_absence_leaves_no_gap()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        storage.Target.IsAway = true;
        await AddAsync(table, 1, 5);
        await storage.ShipAsync();
        var at = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        await AddAsync(table, 6, 7);
        await storage.ShipAsync();
        storage.Target.IsAway = false;
        await storage.ShipAsync();

        Assert.Single(storage.Target.Generations);
        Assert.Equal(Numbers(5), await storage.NumbersAsync(table.Database.Database, at));
        Assert.Equal(Numbers(7), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task A_write_never_waits_for_a_place_that_does_not_answer()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        var answer = new TaskCompletionSource();
        storage.Target.Writing = _ => answer.Task;
        await AddAsync(table, 1, 1);
        var shipping = storage.ShipAsync();
        await AddAsync(table, 2, 10);
        Assert.False(shipping.IsCompleted);
        answer.SetResult();
        await shipping;
        await storage.ShipAsync();

        Assert.Equal(Numbers(10), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }
}
