using Nebula.Storage.Tests.Support;
using static Nebula.Storage.Tests.Sqlite.PointInTime.ShippedStorage;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>A history goes on over whatever ends a server, and where it can't, a new generation begins.</summary>
public sealed class ContinuityTests
{
    private const string Text = "t TEXT";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_kill_left_in_the_log_is_shipped_after_the_restart_at_the_time_that_it_was_written()
    {
        var target = new MemoryTarget();
        await using var storage = await ShippedStorage.StartAsync(target: target);
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 10);
        await storage.ShipAsync();
        await AddAsync(table, 11, 20);
        var killed = DateTimeOffset.UtcNow;
        await Task.Delay(50, Ct);

        await using var after = await ShippedStorage.StartAsync(target: target, directory: storage.Running.Directory.Copy());
        var again = table.Database.On(after.Running.Services).Table("items");
        await AddAsync(again, 21, 25);
        await after.ShipAsync();

        Assert.Single(target.Generations);
        Assert.Equal(Numbers(20), await after.NumbersAsync(table.Database.Database, killed));
        Assert.Equal(Numbers(25), await after.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task What_a_kill_left_is_shipped_also_when_the_next_run_ends_before_it_has_shipped_anything()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 10);
        var (killed, copy) = (DateTimeOffset.UtcNow, storage.Running.Directory.Copy());

        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: copy);
        await AddAsync(table.Database.On(after.Running.Services).Table("items"), 11, 12);
        await after.Running.StopAsync();

        Assert.Single(storage.Target.Generations);
        Assert.Equal(Numbers(10), await after.NumbersAsync(table.Database.Database, killed));
        Assert.Equal(Numbers(12), await after.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_segment_that_was_shipped_but_not_noted_is_shipped_again(bool isClosedBefore)
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 1);
        await storage.ShipAsync();
        var note = await File.ReadAllBytesAsync(storage.Running.Directory.Combine("nebula.history", "1.json"), Ct);
        await AddAsync(table, 2, 2);
        await storage.ShipAsync();
        await AddAsync(table, 3, 3);

        var copy = storage.Running.Directory.Copy(); // as lost power leaves it, when the last note had not reached the disk
        await File.WriteAllBytesAsync(copy.Combine("nebula.history", "1.json"), note, Ct);
        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: copy);
        await table.Database.On(after.Running.Services).Table("items").TotalAsync();
        if (isClosedBefore)
            await after.Running.StopAsync();
        else
            await after.ShipAsync();

        Assert.Single(storage.Target.Generations);
        Assert.Equal(Numbers(3), await after.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task What_was_written_while_nothing_was_shipped_begins_a_new_generation()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var options = storage.Running.Options;
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await storage.Running.StopAsync();
        storage.Running.Options = options with { PointInTime = null };
        await storage.Running.StartAsync();
        Assert.Empty(Directory.EnumerateFiles(storage.Running.Directory.Combine("nebula.history"), "*.json"));
        await AddAsync(table.Database.On(storage.Running.Services).Table("items"), 1, 2);
        await storage.Running.StopAsync();
        storage.Running.Options = options;
        await storage.Running.StartAsync();
        await AddAsync(table.Database.On(storage.Running.Services).Table("items"), 3, 4);
        await storage.CoverAsync();

        Assert.Equal(2, storage.Target.Generations.Count);
        Assert.Equal(Numbers(4), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task A_closed_database_ships_what_it_had_left_and_goes_on_when_it_is_opened_again()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 10);
        await storage.Running.StopAsync();
        Assert.Equal(Numbers(10), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));

        await storage.Running.StartAsync();
        table = table.Database.On(storage.Running.Services).Table("items");
        await AddAsync(table, 11, 20);
        await storage.ShipAsync();

        Assert.Single(storage.Target.Generations);
        Assert.Equal(Numbers(20), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task What_was_left_when_the_place_was_away_is_shipped_by_the_next_run()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 10);
        storage.Target.IsAway = true;
        await storage.Running.StopAsync();
        storage.Target.IsAway = false;
        await storage.Running.StartAsync();
        await storage.ShipAsync();

        Assert.Equal(Numbers(10), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
        Assert.Single(storage.Target.Generations);
    }

    [Fact]
    public async Task A_file_that_another_program_wrote_while_it_was_closed_begins_a_new_generation()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 10);
        await storage.Running.RestartAsync(() =>
        {
            using var program = storage.Running.OpenFile(table.Database.Database);
            program.Run("DELETE FROM items WHERE n > 5");
        });

        table = table.Database.On(storage.Running.Services).Table("items");
        await table.TotalAsync();
        await storage.CoverAsync();
        await AddAsync(table, 6, 7);
        await storage.ShipAsync();

        Assert.Equal(2, storage.Target.Generations.Count);
        Assert.Equal(Numbers(7), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task A_log_that_another_program_copied_into_the_file_before_it_was_shipped_begins_a_new_generation()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 10);
        using (var program = storage.Running.OpenFile(table.Database.Database))
            program.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        await AddAsync(table, 11, 12);
        await storage.ShipAsync();
        await storage.CoverAsync();
        await AddAsync(table, 13, 14);
        await storage.ShipAsync();

        Assert.Equal(2, storage.Target.Generations.Count);
        Assert.Equal(Numbers(14), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
        Assert.Contains(storage.Running.Log.Lines, l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("has a gap", StringComparison.Ordinal));
        Assert.Contains(storage.Target.Names, n => n.EndsWith("ended.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_has_grown_is_copied_into_the_file_once_it_was_shipped_and_the_generation_goes_on()
    {
        await using var storage = await ShippedStorage.StartAsync(change: o => o with { Interval = TimeSpan.FromMilliseconds(100) });
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER", Text);
        await storage.CoverAsync();
        for (var n = 1; n <= 300; n++)
            await table.AddAsync($$"""{"n": {{n}}, "t": "{{new string('x', 100_000)}}"}""");
        await storage.ShipAsync();

        Assert.InRange(new FileInfo($"{storage.Running.PathOf(table.Database.Database)}-wal").Length, 1, 28_000_000);
        Assert.Single(storage.Target.Generations);
        Assert.Equal(300, (await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow)).Count);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_after_the_log_was_copied_into_the_file_leaves_no_gap()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await AddAsync(table, 1, 5);
        await storage.CoverAsync();
        await table.DeleteMatchingAsync("n=100", 1).Succeeds();
        await AddAsync(table, 6, 6);
        await storage.ShipAsync();
        await storage.ShipAsync(); // which finds nothing, and looks with care

        Assert.DoesNotContain(storage.Running.Log.Lines, l => l.Contains("has a gap", StringComparison.Ordinal));
        Assert.Equal(Numbers(6), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task A_copy_that_is_not_complete_when_its_database_is_closed_is_completed()
    {
        await using var storage = await ShippedStorage.StartAsync(storage: o => o with { MaxOpenDatabases = 1 });
        var tenant = await storage.Running.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        await AddAsync(table, 1, 10);
        await storage.ShipAsync();
        storage.Target.Writing = async name =>
        {
            if (!name.StartsWith("wal/1/", StringComparison.Ordinal) || !name.Contains("/base-", StringComparison.Ordinal))
                return;
            await AddAsync(table, 11, 20);
            await tenant.AddTableAsync("n INTEGER"); // in the place of the other
        };
        await storage.Shipper.CopyAsync(Ct);
        storage.Target.Writing = null;
        Assert.Equal(Numbers(20), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));

        await AddAsync(table, 21, 30);
        await storage.CoverAsync();
        Assert.Equal(Numbers(30), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
        Assert.Single(storage.Target.OfDatabases, n => n.StartsWith("wal/1/", StringComparison.Ordinal) && n.Contains("/base-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_closed_again_before_anything_was_shipped_goes_on()
    {
        await using var storage = await ShippedStorage.StartAsync(storage: o => o with { MaxOpenDatabases = 1 });
        var tenant = await storage.Running.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        var other = await tenant.AddTableAsync("n INTEGER"); // in the place of the first
        await storage.ShipAsync();
        await AddAsync(table, 1, 3);
        await other.TotalAsync();
        await storage.ShipAsync();
        await AddAsync(table, 4, 6);
        await storage.ShipAsync();

        Assert.DoesNotContain(storage.Running.Log.Lines, l => l.Contains("has a gap", StringComparison.Ordinal));
        Assert.Single(storage.Target.Segments.Where(n => n.StartsWith("wal/1/", StringComparison.Ordinal)).Select(n => n.Split('/')[2]).Distinct());
        Assert.Equal(Numbers(6), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task A_database_whose_disk_failed_begins_a_new_generation_or_goes_on_but_misses_nothing()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 10);
        await storage.Running.InsideAsync(table.Database.Database, open =>
        {
            open.Break(new(10, "a disk that failed"));
            return true;
        });
        await AddAsync(table, 11, 20);
        await storage.CoverAsync();
        await AddAsync(table, 21, 30);
        await storage.CoverAsync();

        Assert.Equal(Numbers(30), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task Closing_while_a_segment_is_on_its_way_loses_nothing_of_it()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        await AddAsync(table, 1, 3);
        var (answer, begun) = (new TaskCompletionSource(), new TaskCompletionSource());
        storage.Target.Writing = _ =>
        {
            begun.TrySetResult();
            return answer.Task;
        };
        var shipping = storage.ShipAsync();
        await begun.Task;
        await AddAsync(table, 4, 6);
        var renamed = await storage.Running.Services.Databases.RenameAsync(tenant.Caller, table.Database.Database.Name, Some.Database("other"), Ct).Succeeds();
        answer.SetResult();
        await shipping;
        await storage.ShipAsync();
        await AddAsync(table.Database.Named(renamed).Table("items"), 7, 9);
        await storage.ShipAsync();

        Assert.Single(storage.Target.Generations);
        Assert.Equal(Numbers(9), await storage.NumbersAsync(table.Database.Database, DateTimeOffset.UtcNow));
    }
}
