using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Tests.Support;
using static Nebula.Storage.Tests.Sqlite.PointInTime.ShippedStorage;
using WalFile = Nebula.Storage.Sqlite.PointInTime.WalFile;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>The times of commits that were not shipped outlive the process.</summary>
public sealed class CommitTimesTests : IDisposable
{
    private const ulong Log = 0x0102_0304_0506_0708;
    private const ulong Other = Log + 1;

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLoggers _log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Each_moment_before_a_kill_is_restored_as_it_was_however_often_the_server_is_killed_before_it_is_shipped(int kills)
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 5);
        await storage.ShipAsync();
        var moments = await AddInTurnsAsync(table, 6, 10);

        await using var after = await KillAsync(storage, kills);
        await AddAsync(table.Database.On(after.Running.Services).Table("items"), 11, 11);
        await after.ShipAsync();

        await AssertAsync(after, table, moments);
        Assert.Single(storage.Target.Generations);
    }

    [Fact]
    public async Task What_a_second_kill_interrupts_has_its_times_too()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        var moments = await AddInTurnsAsync(table, 1, 3);
        await using var second = await KillAsync(storage, 1);
        moments.AddRange(await AddInTurnsAsync(table.Database.On(second.Running.Services).Table("items"), 4, 6));

        await using var third = await KillAsync(second, 1);
        await table.Database.On(third.Running.Services).Table("items").TotalAsync();
        await third.ShipAsync();

        await AssertAsync(third, table, moments);
        Assert.Single(storage.Target.Generations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)] // longer than the first log was
    public async Task They_are_those_of_the_log_that_followed_one_that_was_copied_into_the_file(int megabytes)
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        await storage.CoverAsync();
        await AddMegabytesAsync(table, 1, 10);
        var path = storage.Running.PathOf(table.Database.Database);
        var log = WalFile.SaltsOf(path);
        await storage.ShipAsync(); // it has grown
        await AddMegabytesAsync(table, 11, megabytes);
        Assert.NotEqual(log, WalFile.SaltsOf(path));
        var moments = await AddInTurnsAsync(table, 11 + megabytes, 13 + megabytes);

        await using var after = await KillAsync(storage, 1);
        await table.Database.On(after.Running.Services).Table("items").TotalAsync();
        await after.ShipAsync();

        await AssertAsync(after, table, moments);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("cut")]
    [InlineData("noise")]
    public async Task Without_them_a_kill_leaves_the_time_of_the_last_write(string damage)
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        var moments = await AddInTurnsAsync(table, 1, 3);

        var copy = storage.Running.Directory.Copy();
        var times = copy.Combine("nebula.history", "commits");
        var bytes = await File.ReadAllBytesAsync(times, Ct);
        File.Delete(times);
        if (damage == "cut")
            await File.WriteAllBytesAsync(times, bytes[..^1], Ct);
        if (damage == "noise")
            await File.WriteAllBytesAsync(times, [.. bytes.Select(b => (byte)(b ^ 0x5a))], Ct);
        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: copy);
        await table.Database.On(after.Running.Services).Table("items").TotalAsync();
        await after.ShipAsync();

        Assert.Empty(await after.NumbersAsync(table.Database.Database, moments[0].At));
        Assert.Equal(Numbers(3), await after.NumbersAsync(table.Database.Database, moments[^1].At));
        Assert.Equal(bytes.Length, new FileInfo(times).Length);
    }

    [Fact]
    public async Task Where_they_cant_be_kept_it_is_said_and_everything_goes_on()
    {
        Directory.CreateDirectory(_directory.Combine("nebula.history", "commits"));
        await using var storage = await ShippedStorage.StartAsync(directory: _directory.Copy());
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 3);
        await storage.ShipAsync();

        Assert.Equal(Numbers(3), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
        Assert.Contains(storage.Running.Log.Lines, l => l.StartsWith("Warning: The times of commits can't be kept over a crash", StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_ones_of_all_logs_are_known_also_to_the_next_run()
    {
        using (var file = Open())
        {
            for (var n = 1; n <= CommitTimesFile.Capacity + 1000; n++)
                file.Add(n % 2 == 0 ? Log : Other, n, time: 10 * n);
        }

        using var again = Open();
        for (var n = 0; n < 100; n++)
            again.Add(Other, CommitTimesFile.Capacity + 1001 + n, time: 1);

        Assert.Equal(Enumerable.Range(1101, CommitTimesFile.Capacity - 100).Where(n => n % 2 == 0).Select(n => (10L * n, n)), again.Find(Log));
        Assert.Empty(again.Find(Log + 2));
        Assert.Empty(again.Find(0));
    }

    [Fact]
    public void Frames_that_came_in_the_place_of_lost_ones_have_their_own_times()
    {
        using var file = Open();
        foreach (var (frames, time) in new[] { (5, 50), (7, 70), (9, 90), (6, 100), (8, 110) })
            file.Add(Log, frames, time);

        Assert.Equal([(50L, 5), (100L, 6), (110L, 8)], file.Find(Log));
    }

    [Fact]
    public void One_that_was_not_written_to_its_end_is_none()
    {
        using (var file = Open())
        {
            for (var n = 1; n <= 3; n++)
                file.Add(Log, n, 10 * n);
        }

        var path = _directory.Combine("commits");
        var bytes = File.ReadAllBytes(path);
        bytes[(2 * 32) + 16] ^= 1; // the time of the second, which begins to count at 1
        File.WriteAllBytes(path, bytes);
        using var again = Open();

        Assert.Equal([(10L, 1), (30L, 3)], again.Find(Log));
    }

    private CommitTimesFile Open()
    {
        var file = CommitTimesFile.TryOpen(_directory.Path, _log);
        Assert.Empty(_log.Lines);
        return file!; // nothing was said
    }

    /// <summary>Adds records with the numbers from one to another, and a while after each.</summary>
    /// <returns>After each a moment, and how many there were.</returns>
    private static async Task<List<(DateTimeOffset At, int Count)>> AddInTurnsAsync(TestTable table, int first, int last)
    {
        var moments = new List<(DateTimeOffset At, int Count)>();
        for (var n = first; n <= last; n++)
        {
            await AddAsync(table, n, n);
            await Task.Delay(5, Ct);
            moments.Add((DateTimeOffset.UtcNow, n));
            await Task.Delay(15, Ct); // the time of the last write is as coarse as the system's ticks
        }

        return moments;
    }

    /// <summary>Adds records of a megabyte each in one commit.</summary>
    private static async Task AddMegabytesAsync(TestTable table, int first, int count)
    {
        var rows = Enumerable.Range(first, count).Select(n => $$"""{"n": {{n}}, "t": "{{new string('x', 1_000_000)}}"}""");
        await table.InsertManyAsync($"[{string.Join(',', rows)}]").Succeeds();
    }

    /// <summary>The next run on what is left, after so many of which none opens the database.</summary>
    private static async Task<ShippedStorage> KillAsync(ShippedStorage storage, int times)
    {
        var directory = storage.Running.Directory.Copy();
        for (var n = 1; n < times; n++)
        {
            await using var between = await ShippedStorage.StartAsync(target: storage.Target, directory: directory);
            directory = directory.Copy();
        }

        return await ShippedStorage.StartAsync(target: storage.Target, directory: directory);
    }

    private static async Task AssertAsync(ShippedStorage storage, TestTable table, IEnumerable<(DateTimeOffset At, int Count)> moments)
    {
        foreach (var (at, count) in moments)
            Assert.Equal(Numbers(count), await storage.NumbersAsync(table.Database.Database, at));
    }
}
