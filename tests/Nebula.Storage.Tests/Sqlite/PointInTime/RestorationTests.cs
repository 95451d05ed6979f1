using System.Collections.Concurrent;
using System.Globalization;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>What a database is brought back to: the last commit not later than the moment.</summary>
public sealed class RestorationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task At_any_moment_under_load_what_was_acknowledged_before_is_there_and_what_was_sent_after_is_not() => Seed.RunAsync(async random =>
    {
        await using var storage = await ShippedStorage.StartAsync(change: o => o with { Interval = TimeSpan.FromMilliseconds(200), BaseFactor = 1, BaseFloor = 200_000 });
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        await table.AddAsync("""{"n": 0}""");
        await storage.CoverAsync();
        var begun = DateTimeOffset.UtcNow;
        var ledger = new ConcurrentBag<(int N, DateTimeOffset Sent, DateTimeOffset Acknowledged)>();
        var next = 0;
        var ending = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (TimeProvider.System.GetElapsedTime(ending) < TimeSpan.FromSeconds(4))
            {
                var n = Interlocked.Increment(ref next);
                var sent = DateTimeOffset.UtcNow;
                await table.AddAsync($$"""{"n": {{n}}, "t": "{{new string('x', n * 31 % 5000)}}"}""");
                ledger.Add((n, sent, DateTimeOffset.UtcNow));
            }
        })));
        var ended = DateTimeOffset.UtcNow;
        await storage.ShipAsync();

        for (var i = 0; i < 20; i++)
        {
            var at = begun + (ended - begun) * random.NextDouble();
            at = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
            var there = (await storage.NumbersAsync(table.Database.Database, at)).Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToHashSet();
            Assert.All(ledger.Where(w => w.Acknowledged <= at), w => Assert.Contains(w.N, there));
            Assert.All(ledger.Where(w => w.Sent >= at + TimeSpan.FromMilliseconds(1)), w => Assert.DoesNotContain(w.N, there));
        }

        Assert.Equal(next + 1, (await storage.NumbersAsync(table.Database.Database, ended)).Count);
        Assert.Single(storage.Target.Generations);
    });

    [Fact]
    public async Task The_cut_is_exactly_between_two_commits()
    {
        var clock = new ShiftedClock { HeldAt = new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero) };
        await using var storage = await ShippedStorage.StartAsync(clock);
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        var start = clock.HeldAt.Value;
        for (var n = 1; n <= 5; n++)
        {
            clock.HeldAt = start.AddMilliseconds(10 * n);
            await table.AddAsync($$"""{"n": {{n}}}""");
        }

        await storage.ShipAsync();

        for (var n = 0; n <= 5; n++)
        {
            var expected = Enumerable.Range(1, n).Select(i => $"{i}");
            Assert.Equal(expected, await storage.NumbersAsync(table.Database.Database, start.AddMilliseconds(10 * n)));
            Assert.Equal(expected, await storage.NumbersAsync(table.Database.Database, start.AddMilliseconds(10 * n + 9)));
        }
    }

    [Fact]
    public async Task A_clock_that_steps_back_changes_nothing_about_the_order_of_commits()
    {
        var start = new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero);
        var clock = new ShiftedClock { HeldAt = start };
        await using var storage = await ShippedStorage.StartAsync(clock);
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        foreach (var (n, seconds) in new[] { (1, 60), (2, -600), (3, 30), (4, 120) })
        {
            clock.HeldAt = start.AddSeconds(seconds);
            await table.AddAsync($$"""{"n": {{n}}}""");
            await storage.ShipAsync();
        }

        Assert.Empty(await storage.NumbersAsync(table.Database.Database, start.AddSeconds(59)));
        Assert.Equal(["1", "2", "3"], await storage.NumbersAsync(table.Database.Database, start.AddSeconds(60)));
        Assert.Equal(["1", "2", "3", "4"], await storage.NumbersAsync(table.Database.Database, start.AddSeconds(120)));
    }

    [Fact]
    public async Task Schema_changes_a_VACUUM_and_another_programs_writes_are_part_of_the_history()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        for (var n = 0; n < 50; n++)
            await table.AddAsync($$"""{"n": {{n}}}""");
        await storage.CoverAsync();

        await table.Database.AlterAsync("items", """{"add_columns": [{"name": "extra", "type": "TEXT"}]}""").Succeeds();
        await storage.ShipAsync();
        using (var program = storage.Running.OpenFile(table.Database.Database))
        {
            program.Run("PRAGMA wal_autocheckpoint = 0");
            program.Run("DELETE FROM items WHERE n >= 10");
            program.Run("UPDATE items SET extra = 'other' WHERE n = 9");
            program.Run("VACUUM");
            await storage.ShipAsync();
        }

        var at = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        await table.AddAsync("""{"n": 100, "extra": "after"}""");
        await storage.ShipAsync();

        Assert.Equal((10, "other"), await storage.RestoreAsync(table.Database.Database, at, f => ((int)f.Integer("SELECT count(*) FROM items"), f.Text("SELECT extra FROM items WHERE n = 9"))));
        Assert.Equal(11, await storage.RestoreAsync(table.Database.Database, DateTimeOffset.UtcNow, f => f.Integer("SELECT count(*) FROM items")));
        Assert.Single(storage.Target.Generations);
    }

    [Fact]
    public async Task A_copy_that_was_taken_while_the_file_was_written_is_made_whole()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        var text = new string('x', 3000);
        var n = 0;
        for (; n < 200; n++)
            await table.AddAsync($$"""{"n": {{n}}, "t": "{{text}}"}""");
        await storage.ShipAsync();
        storage.Target.Writing = async name =>
        {
            if (!name.Contains("/base-", StringComparison.Ordinal))
                return;
            for (; n < 400; n++)
                await table.AddAsync($$"""{"n": {{n}}, "t": "{{text}}"}""");
            await storage.ShipAsync();
        };
        await storage.Shipper.CopyAsync(Ct);
        storage.Target.Writing = null;

        Assert.Equal(400, (await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow)).Count);
    }
}
