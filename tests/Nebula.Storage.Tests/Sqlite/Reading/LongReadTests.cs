using System.Diagnostics;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Reading;

/// <summary>A list that works long is stopped, and takes nothing from the others while it works.</summary>
public sealed class LongReadTests(LargeTable large) : IClassFixture<LargeTable>
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task It_is_stopped_at_its_deadline_and_the_reader_is_good_for_the_next()
    {
        var (storage, table) = await large.StartAsync(_short);
        await using var _ = storage;
        for (var i = 0; i < 5; i++)
        {
            await table.TryListAsync("sort=t&count=none").FailsWith(ErrorCodes.QueryTimeout);
            Assert.Equal([1, 2, 3], (await table.ListAsync("limit=3&count=none")).Ids);
        }
    }

    [Fact]
    public async Task It_is_stopped_when_its_client_leaves()
    {
        var (storage, table) = await large.StartAsync(TimeSpan.FromMinutes(1));
        await using var _ = storage;
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var started = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (true)
                await table.CancellableListAsync("sort=t&limit=1000", leaving.Token);
        });

        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10), $"{started.Elapsed}");
        Assert.Equal(LargeTable.Rows, await table.TotalAsync());
    }

    [Fact]
    public async Task Point_reads_go_on_while_lists_hold_all_the_places_they_may()
    {
        var (storage, table) = await large.StartAsync(TimeSpan.FromSeconds(20));
        await using var _ = storage;
        var lists = Enumerable.Range(0, 12).Select(_ => Task.Run(() => table.ListAsync("sort=t&count=none"))).ToList();

        var (started, during) = (Stopwatch.StartNew(), 0);
        for (var i = 1; i <= 100; i++)
        {
            Assert.Equal(i, (await table.FindAsync(i).Succeeds()).Id);
            during += lists.Any(l => !l.IsCompleted) ? 1 : 0;
        }

        Assert.True(started.Elapsed < TimeSpan.FromSeconds(5) && during > 0, $"{started.Elapsed}, {during}");
        Assert.All(await Task.WhenAll(lists), page => Assert.Equal(100, page.Rows.Count));
    }

    [Fact]
    public async Task A_count_that_was_stopped_is_not_kept()
    {
        var (storage, table) = await large.StartAsync(TimeSpan.FromMilliseconds(1));
        await using var _ = storage;
        for (var i = 0; i < 5; i++)
            Assert.Contains((await table.TryListAsync("limit=1")).Code(), new[] { "ok", ErrorCodes.QueryTimeout, ErrorCodes.Busy });
        await table.AddAsync("""{"n": 1}""");

        var kept = await storage.InsideAsync(table.Database.Database, open => open.Counts.TryGet(open.Catalog.Tables[0], out var rows) ? rows : (long?)null);

        Assert.True(kept is null or LargeTable.Rows + 1, $"{kept}");
    }

    [Fact]
    public async Task A_page_beyond_its_bound_is_refused()
    {
        await using var storage = await RunningStorage.StartAsync();
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("t TEXT");
        using (var program = storage.OpenFile(table.Database.Database))
            program.Run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70) INSERT INTO items (t) SELECT printf('%.*c', 1000000, 'x') FROM n");

        await table.TryListAsync("limit=1000").FailsWith(ErrorCodes.TooLarge);
        Assert.Equal(60, (await table.ListAsync("limit=60&fields=id")).Rows.Count);
    }
}
