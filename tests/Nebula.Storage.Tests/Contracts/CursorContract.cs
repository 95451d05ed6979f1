using System.Text.Json.Nodes;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Paging by cursor, over any order, also while records come and go.</summary>
public abstract class CursorContract(StorageFixture storage)
{
    private const int Rows = 250;
    private const int Orders = 60;

    private static readonly string[] _types = ["TEXT", "INTEGER", "REAL", "BLOB", "BOOLEAN"];

    [Fact]
    public Task Pages_of_any_order_are_that_order_cut_into_pieces() => Seed.RunAsync(async random =>
    {
        var table = await FilledAsync(random);
        for (var i = 0; i < Orders; i++)
        {
            var (sort, limit) = (Sort(random), random.Next(1, 90));

            var whole = await table.ListAsync($"{sort}&limit=1000");
            var pages = await FollowAsync(table, $"{sort}&limit={limit}", () => Task.CompletedTask);

            Assert.True(whole.Ids.SequenceEqual(pages), $"{sort}, pages of {limit}");
            Assert.Null(whole.NextCursor);
        }
    });

    [Fact]
    public Task What_stays_is_given_exactly_once_while_other_records_come_and_go() => Seed.RunAsync(async random =>
    {
        var table = await FilledAsync(random);
        for (var i = 0; i < Orders / 3; i++)
        {
            var sort = Sort(random);
            var before = (await table.ListAsync($"{sort}&limit=1000")).Ids;
            var gone = new HashSet<long>();

            var pages = await FollowAsync(table, $"{sort}&limit={random.Next(5, 40)}", async () =>
            {
                await table.AddAsync(Record(random));
                if (before.Except(gone).OrderBy(_ => random.Next()).FirstOrDefault() is not 0 and var victim && gone.Add(victim))
                    await table.DeleteAsync(victim).Succeeds();
            });

            Assert.Equal(pages.Distinct(), pages);
            Assert.Equal(before.Where(id => !gone.Contains(id)), pages.Where(id => before.Contains(id) && !gone.Contains(id)));
        }
    });

    [Fact]
    public Task A_filter_holds_on_every_page() => Seed.RunAsync(async random =>
    {
        var table = await FilledAsync(random);

        var pages = await FollowAsync(table, "filter=c_INTEGER is not null and c_BOOLEAN&sort=-c_INTEGER,c_TEXT&limit=7", () => Task.CompletedTask);

        var whole = await table.ListAsync("filter=c_INTEGER is not null and c_BOOLEAN&sort=-c_INTEGER,c_TEXT&limit=1000");
        Assert.Equal(whole.Ids, pages);
        Assert.NotEmpty(pages);
    });

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        for (var i = 0; i < 5; i++)
            await table.AddAsync($$"""{"n": {{i}}}""");
        var cursor = (await table.ListAsync("sort=n&limit=2")).NextCursor;

        Assert.NotNull(cursor);
        Assert.Equal([3, 4], (await table.ListAsync($"sort=n&limit=2&cursor={cursor}")).Ids);
        (await table.TryListAsync($"sort=-n&limit=2&cursor={cursor}")).FailsWith("invalid_cursor");
        (await table.TryListAsync($"sort=n&filter=n > 0&cursor={cursor}")).FailsWith("invalid_cursor");
        var other = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        (await other.TryListAsync($"sort=n&cursor={cursor}")).FailsWith("invalid_cursor");
    }

    [Fact]
    public async Task An_estimate_is_exact_while_there_are_few_and_near_when_there_are_many()
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await Task.WhenAll(Enumerable.Range(0, 24_000).Select(i => table.AddAsync($$"""{"n": {{i % 2}}}""")));

        var few = await table.ListAsync("filter=id <= 100&count=estimated&limit=1");
        var many = await table.ListAsync("filter=n = 1&count=estimated&limit=1");

        Assert.Equal((100, false), (few.Total, few.IsEstimate));
        Assert.True(many.IsEstimate);
        Assert.InRange(many.Total ?? 0, 10_000, 14_000);
        Assert.Equal(24_000, (await table.ListAsync("count=estimated&limit=1")).Total);
    }

    private static async Task<List<long>> FollowAsync(TestTable table, string query, Func<Task> betweenAsync)
    {
        var ids = new List<long>();
        for (var cursor = ""; ;)
        {
            var page = await table.ListAsync($"{query}&cursor={cursor}");
            Assert.Null(page.Total);
            ids.AddRange(page.Ids);
            if (page.NextCursor is null)
                return ids;
            cursor = page.NextCursor;
            await betweenAsync();
        }
    }

    private static string Sort(Random random)
    {
        var keys = _types.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(type =>
            $"{(random.Next(2) == 0 ? "-" : "")}c_{type}{random.Next(4) switch { 0 => ":nullsfirst", 1 => ":nullslast", _ => "" }}");
        return $"sort={string.Join(',', keys)}";
    }

    private async Task<TestTable> FilledAsync(Random random)
    {
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync([.. _types.Select(type => $"c_{type} {type}")]);
        await Task.WhenAll(Enumerable.Range(0, Rows).Select(_ => Record(random)).ToList().Select(table.AddAsync));
        return table;
    }

    private static string Record(Random random)
    {
        var record = new JsonObject { ["c_INTEGER"] = random.Next(5) == 0 ? null : random.Next(8) };
        foreach (var type in _types.Where(t => t != "INTEGER"))
            record[$"c_{type}"] = Values.Next(random, type);
        return record.ToJsonString();
    }
}
