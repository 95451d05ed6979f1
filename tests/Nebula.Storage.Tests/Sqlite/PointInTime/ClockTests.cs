using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>A clock that was wrong for a while costs no more than the while.</summary>
public sealed class ClockTests
{
    private static readonly DateTimeOffset _start = new(2026, 7, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_clock_that_ran_ahead_was_set_back_commits_have_their_own_times_again(bool isRestarted)
    {
        var clock = new ShiftedClock { HeldAt = _start };
        await using var storage = await ShippedStorage.StartAsync(clock);
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await storage.CoverAsync();
        clock.HeldAt = _start.AddDays(1);
        await table.AddAsync("""{"n": 1}""");
        await storage.ShipAsync();

        clock.HeldAt = _start.AddMinutes(1);
        if (isRestarted)
            await storage.Running.RestartAsync();
        table = table.Database.On(storage.Running.Services).Table("items");
        await table.TotalAsync(); // opens it
        await storage.ShipAsync();
        await storage.ShipAsync();
        Assert.Equal("the clock was set back", await storage.RestoreAsync(table.Database.Database, _start.AddMinutes(1), (_, restored) => restored.Gap?.Reason));
        await CommitAsync(storage, clock, table);

        Assert.Equal(["1", "2", "3"], await storage.NumbersAsync(table.Database.Database, _start.AddMinutes(3)));
        Assert.Equal(["1", "2", "3", "4"], await storage.NumbersAsync(table.Database.Database, _start.AddMinutes(4)));
    }

    [Fact]
    public async Task What_began_by_a_clock_that_ran_ahead_is_never_taken_for_the_newest()
    {
        var clock = new ShiftedClock { HeldAt = _start.AddDays(1) };
        await using var storage = await ShippedStorage.StartAsync(clock);
        var table = await (await storage.Running.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        await storage.CoverAsync();
        clock.HeldAt = _start.AddMinutes(1);
        await CommitAsync(storage, clock, table);

        Assert.Equal(["1", "2", "3"], await storage.NumbersAsync(table.Database.Database, _start.AddMinutes(3)));
        Assert.Equal(["1", "2", "3", "4"], await storage.NumbersAsync(table.Database.Database, _start.AddDays(2)));
    }

    /// <summary>Commits at the second, third and fourth minute.</summary>
    private static async Task CommitAsync(ShippedStorage storage, ShiftedClock clock, TestTable table)
    {
        for (var n = 2; n <= 4; n++)
        {
            clock.HeldAt = _start.AddMinutes(n);
            await table.AddAsync($$"""{"n": {{n}}}""");
            await storage.CoverAsync(); // of which the first ends the old generation
            await storage.CoverAsync();
        }
    }
}
