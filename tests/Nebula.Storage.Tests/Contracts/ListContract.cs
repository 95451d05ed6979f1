using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of lists.</summary>
public abstract class ListContract(StorageFixture storage)
{
    [Fact]
    public async Task Without_parameters_the_first_hundred_come_in_the_order_of_their_ids()
    {
        var table = await NumbersAsync(Enumerable.Range(0, 103));

        var page = await table.ListAsync();

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), page.Ids);
        Assert.Equal(103, page.Total);
    }

    [Fact]
    public async Task An_empty_table_gives_an_empty_page()
    {
        var page = await (await TableAsync("n INTEGER")).ListAsync();

        Assert.Empty(page.Rows);
        Assert.Equal(0, page.Total);
    }

    [Fact]
    public async Task Limit_and_offset_cut_a_window()
    {
        var table = await NumbersAsync(Enumerable.Range(0, 10));

        Assert.Equal([4, 5, 6], (await table.ListAsync("limit=3&offset=3")).Ids);
        Assert.Equal([10], (await table.ListAsync("limit=3&offset=9")).Ids);
        Assert.Empty((await table.ListAsync("offset=10")).Ids);
        Assert.Empty((await table.ListAsync($"offset={long.MaxValue}")).Ids);
        Assert.Equal(10, (await table.ListAsync("limit=3&offset=9")).Total);
    }

    [Fact]
    public async Task Sorting_orders_by_the_column()
    {
        var table = await NumbersAsync([3, 1, 2]);

        Assert.Equal(["1", "2", "3"], (await table.ListAsync("sort=n")).Column("n"));
        Assert.Equal(["3", "2", "1"], (await table.ListAsync("sort=n&order=desc")).Column("n"));
    }

    [Fact]
    public async Task Order_without_sort_applies_to_the_id()
    {
        var table = await NumbersAsync([3, 1, 2]);

        Assert.Equal([3, 2, 1], (await table.ListAsync("order=desc")).Ids);
    }

    [Fact]
    public async Task Ties_are_broken_by_the_key_in_the_same_direction()
    {
        var table = await NumbersAsync([1, 2, 1, 2, 1]);

        Assert.Equal([1, 3, 5, 2, 4], (await table.ListAsync("sort=n")).Ids);
        Assert.Equal([4, 2, 5, 3, 1], (await table.ListAsync("sort=n&order=desc")).Ids);
        Assert.Equal([5, 2], (await table.ListAsync("sort=n&limit=2&offset=2")).Ids);
    }

    [Fact]
    public async Task Nulls_come_first_ascending_and_last_descending()
    {
        var table = await TableAsync("n INTEGER", "x INTEGER");
        foreach (var value in new[] { "1", "null", "-1" })
            await table.AddAsync($$"""{"n": {{value}}}""");

        Assert.Equal(["null", "-1", "1"], (await table.ListAsync("sort=n")).Column("n"));
        Assert.Equal(["1", "-1", "null"], (await table.ListAsync("sort=n&order=desc")).Column("n"));
    }

    [Fact]
    public async Task Text_is_ordered_by_its_bytes()
    {
        var table = await TableAsync("t TEXT");
        string[] texts = ["b", "B", "a", "", "ab", "\u00e9", "z", "\U0001f600", "\uffff", "1", "10", "9", " "];
        foreach (var text in texts)
            await table.AddAsync(new JsonObject { ["t"] = text }.ToJsonString());

        var sorted = (await table.ListAsync("sort=t")).Rows.Select(row => row["t"]!.GetValue<string>());

        // UTF-8 orders by code point: a character beyond the first 65,536 after U+FFFF, unlike UTF-16.
        Assert.Equal(["", " ", "1", "10", "9", "B", "a", "ab", "b", "z", "\u00e9", "\uffff", "\U0001f600"], sorted);
    }

    [Fact]
    public async Task Fields_gives_the_named_columns_in_the_named_order_once()
    {
        var table = await TableAsync("a INTEGER", "b INTEGER");
        await table.AddAsync("""{"a": 1, "b": 2}""");

        var page = await table.ListAsync("fields=b,a,b");

        Assert.Equal("""{"b":2,"a":1}""", page.Rows[0].ToJsonString());
    }

    [Fact]
    public async Task Sorting_works_by_a_column_that_is_not_given()
    {
        var table = await NumbersAsync([3, 1, 2]);

        Assert.Equal(["2", "3", "1"], (await table.ListAsync("sort=n&fields=id")).Column("id"));
    }

    [Fact]
    public async Task Equalities_are_joined_by_and()
    {
        var table = await TableAsync("a INTEGER", "b TEXT");
        await table.AddAsync("""{"a": 1, "b": "x"}""");
        await table.AddAsync("""{"a": 1, "b": "y"}""");
        await table.AddAsync("""{"a": 2, "b": "x"}""");

        var page = await table.ListAsync("a=1&b=x");

        Assert.Equal([1], page.Ids);
        Assert.Equal(1, page.Total);
    }

    [Fact]
    public async Task A_filtered_total_counts_what_matches_not_what_is_on_the_page()
    {
        var table = await NumbersAsync([1, 2, 1, 2, 1]);

        var page = await table.ListAsync("n=1&limit=1&offset=1");

        Assert.Equal([3], page.Ids);
        Assert.Equal(3, page.Total);
    }

    [Fact]
    public async Task An_equality_can_be_on_the_id()
    {
        var table = await NumbersAsync([7, 8]);

        Assert.Equal(["8"], (await table.ListAsync("id=2")).Column("n"));
    }

    [Fact]
    public async Task Nothing_equals_null()
    {
        var table = await TableAsync("t TEXT", "n INTEGER");
        await table.AddAsync("""{"n": 1}""");

        Assert.Empty((await table.ListAsync("t=null")).Ids);
        Assert.Empty((await table.ListAsync("t=")).Ids);
    }

    [Fact]
    public async Task Without_a_total_there_is_none()
    {
        var table = await NumbersAsync([1]);

        Assert.Null((await table.ListAsync("count=none")).Total);
        Assert.Null((await table.ListAsync("count=none&n=1")).Total);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=x")]
    [InlineData("offset=-1")]
    [InlineData("sort=nothing")]
    [InlineData("order=up")]
    [InlineData("fields=n,nothing")]
    [InlineData("nothing=1")]
    [InlineData("n=x")]
    public async Task A_parameter_that_makes_no_sense_is_refused(string query) =>
        (await (await NumbersAsync([1])).TryListAsync(query)).FailsWith(ErrorCodes.InvalidParameter);

    [Fact]
    public async Task The_total_follows_each_change_at_once()
    {
        var table = await NumbersAsync([1, 2, 3]);
        Assert.Equal(3, await table.TotalAsync());

        await table.AddAsync("""{"n": 4}""");
        Assert.Equal(4, await table.TotalAsync());

        await table.DeleteAsync(1).Succeeds();
        await table.DeleteAsync(2).Succeeds();
        await table.UpdateAsync(3, """{"n": 0}""").Succeeds();
        Assert.Equal(2, await table.TotalAsync());
    }

    private async Task<TestTable> NumbersAsync(IEnumerable<int> numbers)
    {
        var table = await TableAsync("n INTEGER");
        foreach (var number in numbers)
            await table.AddAsync($$"""{"n": {{number}}}""");
        return table;
    }

    private async Task<TestTable> TableAsync(params string[] columns) => await (await storage.Services.AddTenantAsync()).AddTableAsync(columns);
}
