using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>What was never shipped is never passed off as restored, whatever came in between.</summary>
public sealed class GapTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_gap_from_while_the_place_was_away_is_told_by_the_next_run(bool isKilled)
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        storage.Target.IsAway = true;
        await LoseAsync(storage, table);
        var within = DateTimeOffset.UtcNow;
        var copy = storage.Running.Directory.Copy();
        if (!isKilled)
            await storage.Running.StopAsync();
        storage.Target.IsAway = false;

        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: isKilled ? copy : storage.Running.Directory.Copy());
        await after.ShipAsync(); // nobody has opened the database

        Assert.Contains(after.Target.OfDatabases, n => n.EndsWith("ended.json", StringComparison.Ordinal));
        Assert.Contains("another program", await ReasonAsync(after, table, within), StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_history_ended_is_seen_by_the_next_one_when_nothing_says_so()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await table.AddAsync("""{"n": 1}""");
        await storage.ShipAsync();
        var before = DateTimeOffset.UtcNow;
        await LoseAsync(storage, table);
        var within = DateTimeOffset.UtcNow;
        await storage.CoverAsync();
        await storage.CoverAsync();
        storage.Target.Objects.TryRemove(storage.Target.OfDatabases.Single(n => n.EndsWith("ended.json", StringComparison.Ordinal)), out _);

        Assert.Contains("began anew", await ReasonAsync(storage, table, within), StringComparison.Ordinal);
        Assert.Contains("began anew", await ReasonAsync(storage, table, before), StringComparison.Ordinal); // nobody knows when the first commit was lost
        Assert.Null(await ReasonAsync(storage, table, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task That_histories_were_switched_off_meanwhile_is_told()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var options = storage.Running.Options;
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await storage.Running.StopAsync();
        storage.Running.Options = options with { PointInTime = null };
        await storage.Running.StartAsync();
        table = table.Database.On(storage.Running.Services).Table("items");
        await table.AddAsync("""{"n": 1}""");
        var within = DateTimeOffset.UtcNow;
        await storage.Running.StopAsync();
        storage.Running.Options = options;
        await storage.Running.StartAsync();
        await storage.ShipAsync();

        Assert.Contains("switched off", await ReasonAsync(storage, table, within), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_program_commits_while_a_log_is_copied_into_the_file_is_shipped()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        await storage.CoverAsync();
        storage.Target.IsAway = true;
        for (var n = 1; n <= 100; n++)
            await table.AddAsync($$"""{"n": {{n}}, "t": "{{new string('x', 100_000)}}"}""");
        using var program = storage.Running.OpenFile(table.Database.Database);
        program.Run("PRAGMA synchronous = OFF");
        program.Run("BEGIN; INSERT INTO items (n) VALUES (0); ROLLBACK"); // all that a first time takes

        // By then all of the log was read that is to be shipped, and it takes a while until that is on the disk, and the log copied.
        var history = new DirectoryInfo(storage.Running.Directory.Combine("nebula.history"));
        var end = new FileInfo($"{storage.Running.PathOf(table.Database.Database)}-wal").Length;
        using var isStopped = new CancellationTokenSource();
        var writing = Task.Run(
            () =>
            {
                while (!history.EnumerateFiles("*.part").Any(f => LengthOf(f) >= end))
                {
                    if (isStopped.IsCancellationRequested)
                        return 0; // a busy machine missed it
                }

                return program.Run("INSERT INTO items (n) VALUES (101)");
            },
            Ct);
        await storage.Running.StopAsync();
        await isStopped.CancelAsync();
        var written = await writing;
        storage.Target.IsAway = false;
        await storage.Running.StartAsync();
        await table.Database.On(storage.Running.Services).Table("items").TotalAsync(); // opens it
        await storage.CoverAsync();

        Assert.Equal(100 + written, (await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_another_program_took_out_of_the_log_is_missed_when_nothing_is_written_afterwards(bool isSealed)
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        if (!isSealed)
        {
            await storage.Running.RestartAsync();
            table = table.Database.On(storage.Running.Services).Table("items");
        }

        await table.AddAsync("""{"n": 1}""");
        using (var program = storage.Running.OpenFile(table.Database.Database))
            program.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        await Task.Delay(5, Ct);
        var within = DateTimeOffset.UtcNow;
        await storage.ShipAsync();
        await storage.Running.RestartAsync();
        await table.Database.On(storage.Running.Services).Table("items").TotalAsync(); // opens it
        await storage.CoverAsync();

        Assert.NotNull(await ReasonAsync(storage, table, within));
        Assert.Equal(["1"], await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    /// <summary>Commits something that never can be shipped.</summary>
    private static async Task LoseAsync(ShippedStorage storage, TestTable table)
    {
        await table.AddAsync("""{"n": 100}""");
        using (var program = storage.Running.OpenFile(table.Database.Database))
            program.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        await table.AddAsync("""{"n": 101}""");
        await Task.Delay(5, Ct);
        var shipper = storage.Shipper;
        await shipper.ShipAsync(Ct);
        await shipper.CopyAsync(Ct); // which notices it also while the place is away
    }

    private static Task<string?> ReasonAsync(ShippedStorage storage, TestTable table, DateTimeOffset at) =>
        storage.RestoreAsync(table.Database.Database, at, (_, restored) => restored.Gap?.Reason);

    /// <summary>0 where it is gone by now.</summary>
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
