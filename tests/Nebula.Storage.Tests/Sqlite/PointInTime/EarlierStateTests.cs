using Nebula.Storage.Tests.Support;
using static Nebula.Storage.Tests.Sqlite.PointInTime.ShippedStorage;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>A data directory that was put back to an earlier state writes nothing over what was shipped since.</summary>
public sealed class EarlierStateTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 3)]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    [InlineData(true, 1)]
    public async Task It_begins_a_new_generation_and_the_old_one_stays(bool isClosed, int shipments)
    {
        await using var storage = await ShippedStorage.StartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 1);
        await storage.ShipAsync();
        if (isClosed)
            await storage.Running.StopAsync();
        var copy = storage.Running.Directory.Copy();
        if (isClosed)
            await storage.Running.StartAsync();
        table = table.Database.On(storage.Running.Services).Table("items");
        for (var n = 2; n <= 1 + shipments; n++)
        {
            await AddAsync(table, n, n);
            await storage.ShipAsync();
        }

        var before = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: copy);
        await AddAsync(table.Database.On(after.Running.Services).Table("items"), 12, 13);
        await after.CoverAsync();
        await after.CoverAsync();

        Assert.Equal(2, storage.Target.Generations.Count);
        Assert.Equal(Numbers(1 + shipments), await after.NumbersAsync(table.Database.Database, before));
        Assert.Equal(["1", "12", "13"], await after.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    /// <param name="isOpened">Whether the database is opened again before what was staged is shipped.</param>
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    public async Task What_was_shipped_last_is_not_written_over_when_the_file_is_closed_before_it_is_shipped_nor_when_it_cant_be_read(bool isDamaged, bool isAway, bool isOpened)
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 1);
        await storage.ShipAsync();
        var copy = storage.Running.Directory.Copy();
        await AddAsync(table, 2, 2);
        await storage.ShipAsync();
        var before = DateTimeOffset.UtcNow;
        var last = storage.Target.Segments.Max(StringComparer.Ordinal)!; // there are some
        if (isDamaged)
            storage.Target.Objects[last][^1] ^= 1;
        var bytes = storage.Target.Objects[last].ToArray();

        await Task.Delay(5, Ct);
        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: copy);
        table = table.Database.On(after.Running.Services).Table("items");
        await AddAsync(table, 12, 12);
        var between = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        await AddAsync(table, 13, 13);
        var behind = DateTimeOffset.UtcNow;
        storage.Target.IsAway = isAway;
        await after.Running.StopAsync();
        storage.Target.IsAway = false;
        await after.Running.StartAsync();
        var again = table.Database.On(after.Running.Services).Table("items");
        if (isOpened)
            await again.TotalAsync();
        await after.ShipAsync();
        await again.TotalAsync();
        await after.CoverAsync();
        await after.CoverAsync();
        await AddAsync(again, 14, 14);
        await after.ShipAsync();

        Assert.Equal(bytes, storage.Target.Objects[last]);
        Assert.Equal(2, storage.Target.Generations.Count);
        Assert.Equal(["1", "12", "13", "14"], await after.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
        var reason = isDamaged ? $"'{last}'" : "put back to an earlier state";
        Assert.Contains(after.Running.Log.Lines, l => l.Contains("has a gap", StringComparison.Ordinal) && l.Contains(reason, StringComparison.Ordinal));
        if (isDamaged)
            return;
        Assert.Equal(Numbers(2), await after.NumbersAsync(table.Database.Database, before));
        var gap = await after.RestoreAsync(table.Database.Database, behind, (_, restored) => restored.Gap);
        Assert.True(gap?.LastCommit <= between, "It says that what was not shipped was, or nothing.");
    }

    [Fact]
    public async Task A_state_from_before_a_generation_ended_does_not_go_on_in_it()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var options = storage.Running.Options;
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 1);
        await storage.Running.StopAsync();
        var copy = storage.Running.Directory.Copy();
        storage.Running.Options = options with { PointInTime = null };
        await storage.Running.RestartAsync();
        storage.Running.Options = options;
        await storage.Running.RestartAsync();
        await AddAsync(table.Database.On(storage.Running.Services).Table("items"), 2, 2);
        await storage.CoverAsync();
        var end = storage.Target.OfDatabases.Single(n => n.EndsWith("/ended.json", StringComparison.Ordinal));
        var said = storage.Target.Objects[end];

        await AssertGoesOnBesideAsync(storage, copy, table);
        Assert.Same(said, storage.Target.Objects[end]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_state_from_before_all_that_is_kept_is_seen_too(bool hasEnded)
    {
        await using var storage = await ShippedStorage.StartAsync(change: o => o with { BaseInterval = TimeSpan.Zero });
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 1);
        await storage.ShipAsync();
        var copy = storage.Running.Directory.Copy();
        if (hasEnded)
        {
            var options = storage.Running.Options;
            await storage.Running.StopAsync();
            storage.Running.Options = options with { PointInTime = null };
            await storage.Running.StartAsync();
            storage.Running.Options = options;
            await storage.Running.RestartAsync();
            table = table.Database.On(storage.Running.Services).Table("items");
        }

        for (var n = 2; n <= 4; n++)
        {
            await AddAsync(table, n, n);
            await storage.CoverAsync();
        }

        // As old histories are removed: but for the newest copy and what makes it whole.
        var copies = storage.Target.OfDatabases.Where(n => n.StartsWith("wal/1/", StringComparison.Ordinal) && n.Contains("/base-", StringComparison.Ordinal)).ToList();
        Assert.True(copies.Count > 1, "Only one copy was made.");
        var newest = copies[^1].Split('/');
        foreach (var name in storage.Target.OfDatabases.Where(n => n.StartsWith("wal/", StringComparison.Ordinal) && IsBefore(n, newest[2], newest[3].Split('-')[1])).ToList())
            storage.Target.Objects.TryRemove(name, out _);

        await AssertGoesOnBesideAsync(storage, copy, table);
    }

    /// <summary>Starts on an earlier state, which has the record 1, and looks whether what is written then is restored.</summary>
    private static async Task AssertGoesOnBesideAsync(ShippedStorage storage, TemporaryDirectory earlier, TestTable table)
    {
        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: earlier);
        var again = table.Database.On(after.Running.Services).Table("items");
        await AddAsync(again, 12, 12);
        await after.CoverAsync();
        await after.CoverAsync();
        await AddAsync(again, 13, 13);
        await after.ShipAsync();

        Assert.Equal(["1", "12", "13"], await after.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    /// <summary>Whether an object is of an earlier generation, or a segment or a copy, or says something of one, with a number before another.</summary>
    private static bool IsBefore(string name, string generation, string number)
    {
        var last = name.Split('/')[^1].Replace("base-", "", StringComparison.Ordinal);
        var (ownGeneration, own) = name.StartsWith("wal/about/", StringComparison.Ordinal) ? (last.Split('-')[^3], last.Split('-')[^2]) : (name.Split('/')[^2], last);
        return string.CompareOrdinal(ownGeneration, generation) < 0 || (ownGeneration == generation && char.IsAsciiDigit(own[0]) && string.CompareOrdinal(own, number) < 0);
    }
}
