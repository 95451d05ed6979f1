using System.Globalization;
using Nebula.Core;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>What goes on in the background, whatever becomes of one history.</summary>
public sealed class ShippingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/0")]
    [InlineData("/base-")]
    public async Task A_slow_upload_holds_up_no_other_database(string part)
    {
        await using var storage = await ShippedStorage.StartAsync(change: o => o with { Interval = TimeSpan.FromMilliseconds(100) });
        var answer = new TaskCompletionSource();
        var slow = 0;
        storage.Target.Writing = name =>
        {
            if (!name.StartsWith("wal/1/", StringComparison.Ordinal) || !name.Contains(part, StringComparison.Ordinal))
                return Task.CompletedTask;
            Interlocked.Increment(ref slow);
            return answer.Task;
        };
        var tenant = await storage.Running.Services.AddTenantAsync();
        await tenant.AddTableAsync("n INTEGER");
        await Eventually.IsTrue(() => slow > 0, "the first is on its way");
        var other = await tenant.AddTableAsync("n INTEGER");
        await Eventually.IsTrue(() => storage.Target.OfDatabases.Any(n => n.StartsWith("wal/about/2/", StringComparison.Ordinal)), "the second has a copy");
        await other.AddAsync("""{"n": 1}""");
        await Eventually.IsTrue(async () => (await storage.NumbersAsync(other.Database.Database, DateTimeOffset.UtcNow)).Count == 1, "its record was shipped");

        Assert.Equal(1, slow); // never by two at once
        answer.SetResult();
    }

    [Fact]
    public void An_upload_may_take_as_long_as_fits_its_size()
    {
        Assert.Equal(TimeSpan.FromMinutes(1), UploadPatience.For(0));
        Assert.Equal(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(8 * 1024), UploadPatience.For(1024L * 1024 * 1024));
    }

    [Fact]
    public async Task An_upload_that_does_not_end_ends_as_one_to_a_place_that_is_away()
    {
        var clock = new ManualClock();
        var upload = UploadPatience.RunAsync(0, clock, async ct => await Task.Delay(Timeout.Infinite, ct), Ct).AsTask();
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(upload.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<UnavailableException>(() => upload);
    }

    [Fact]
    public async Task A_fault_is_logged_when_it_begins_and_not_each_time_that_it_is_tried()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        for (var n = 1; n <= 2; n++)
        {
            await table.AddAsync($$"""{"n": {{n}}}""");
            storage.Target.Writing = _ => throw new InvalidOperationException("A fault.");
            for (var i = 0; i < 3; i++)
                await storage.ShipAsync();
            storage.Target.Writing = null;
            await storage.ShipAsync();
            Assert.Equal(n, storage.Running.Log.Lines.Count(l => l.Contains("could not be shipped", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task What_waits_of_all_databases_together_has_a_bound()
    {
        const long Bound = 100_000;
        await using var storage = await ShippedStorage.StartAsync(storage: o => o with { MaxWalBytes = Bound, MaxOpenDatabases = 1 });
        var tenant = await storage.Running.Services.AddTenantAsync();
        var tables = new List<TestTable>();
        for (var i = 0; i < 20; i++)
        {
            tables.Add(await tenant.AddTableAsync("n INTEGER", "t TEXT"));
            await storage.CoverAsync();
        }

        storage.Target.IsAway = true;
        foreach (var table in tables)
            await table.AddAsync($$"""{"n": 1, "t": "{{new string('x', 85_000)}}"}""");
        var within = DateTimeOffset.UtcNow;
        await tables[0].AddAsync("""{"n": 2}"""); // and closes the last
        await storage.ShipAsync();

        var folder = new DirectoryInfo(storage.Running.Directory.Combine("nebula.history"));
        Assert.InRange(folder.EnumerateFiles("*.segment").Sum(f => f.Length), 1, 16 * Bound);
        Assert.Contains(storage.Running.Log.Lines, l => l.Contains("too much of all databases together", StringComparison.Ordinal));

        storage.Target.IsAway = false;
        await storage.CoverAsync();
        var gaps = 0;
        foreach (var table in tables)
        {
            var (rows, gap) = await storage.RestoreAsync(table.Database.Database, within, (file, restored) => (file.Integer("SELECT count(*) FROM items"), restored.Gap));
            Assert.True(rows == 1 || gap is not null, string.Create(CultureInfo.InvariantCulture, $"{rows} rows without a word"));
            gaps += gap is null ? 0 : 1;
        }

        Assert.InRange(gaps, 1, 10);
    }
}
