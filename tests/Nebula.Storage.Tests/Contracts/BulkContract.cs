using System.Text;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of writes of many records: all or none, and totals that know it.</summary>
public abstract class BulkContract(StorageFixture storage)
{
    [Fact]
    public async Task All_of_an_array_is_added_in_its_order_or_nothing()
    {
        var table = await TableAsync("u INTEGER unique", "t TEXT");
        Assert.Equal(0, await table.TotalAsync());

        using (var added = await table.InsertManyAsync("""[{"u": 1}, {"u": 2}, {"u": 3}]""").Succeeds())
            Assert.Equal((3, 3, "[1,2,3]"), (added.Count, added.Created, Encoding.UTF8.GetString(added.Ids.Span)));
        var error = await table.InsertManyAsync("""[{"u": 4}, {"u": 5}, {"u": 2}, {"u": 6}]""").FailsWith(ErrorCodes.UniqueViolation);

        Assert.Equal("[2].u", Assert.Single(error.Details).Field);
        Assert.Equal(["1", "2", "3"], (await table.ListAsync()).Column("u"));
        Assert.Equal(3, await table.TotalAsync());
        Assert.InRange((await table.AddAsync("""{"u": 4}""")).Id, 4, storage.UsesUpIds ? 8 : 4);
    }

    [Fact]
    public async Task An_upsert_changes_what_is_there_and_adds_the_rest()
    {
        var table = await TableAsync("u INTEGER unique", "t TEXT", "n INTEGER");
        var before = await table.AddAsync("""{"u": 2, "t": "old", "n": 7}""");

        using (var merged = await table.InsertManyAsync("""[{"u": 1, "t": "a"}, {"u": 2, "t": "b"}, {"u": 1, "n": 5}]""", "u").Succeeds())
            Assert.Equal((3, 1, "[2,1,2]"), (merged.Count, merged.Created, Encoding.UTF8.GetString(merged.Ids.Span)));
        using (var ignored = await table.InsertManyAsync("""[{"u": 1, "t": "x"}, {"u": 3, "t": "c"}]""", "u", resolution: "ignore").Succeeds())
            Assert.Equal((2, 1), (ignored.Count, ignored.Created));

        var page = await table.ListAsync("sort=u");
        Assert.Equal(["\"a\"", "\"b\"", "\"c\""], page.Column("t"));
        Assert.Equal(["5", "7", "null"], page.Column("n"));
        Assert.Equal(before["created_at"], (await table.FindAsync(before.Id).Succeeds())["created_at"]);
        Assert.Equal(3, await table.TotalAsync());
    }

    [Fact]
    public async Task What_matches_is_changed_or_removed_up_to_a_bound()
    {
        var table = await TableAsync("n INTEGER", "t TEXT");
        (await table.InsertManyAsync($"[{string.Join(',', Enumerable.Range(1, 10).Select(n => $$"""{"n": {{n}}}"""))}]").Succeeds()).Dispose();
        Assert.Equal(10, await table.TotalAsync());

        await table.UpdateMatchingAsync("n > 5", 4, """{"t": "x"}""").FailsWith(ErrorCodes.MaxAffectedExceeded);
        await table.DeleteMatchingAsync("n > 5", 4).FailsWith(ErrorCodes.MaxAffectedExceeded);
        Assert.Equal(5, await table.UpdateMatchingAsync("n > 5", 5, """{"t": "x", "n": 0}""").Succeeds());
        Assert.Equal(5, await table.DeleteMatchingAsync("t = 'x' and n = 0", 5).Succeeds());

        Assert.Equal(["1", "2", "3", "4", "5"], (await table.ListAsync()).Column("n"));
        Assert.Equal(5, await table.TotalAsync());
    }

    [Fact]
    public async Task A_batch_is_whole_or_nothing()
    {
        var table = await TableAsync("u INTEGER unique");

        (await table.Database.RunAsync("""{"op": "create", "table": "items", "data": {"u": 1}}, {"op": "update", "table": "items", "id": "$0.record_id", "data": {"u": 2}}""").Succeeds()).Dispose();
        var error = await table.Database.RunAsync("""{"op": "create", "table": "items", "data": {"u": 1}}, {"op": "create", "table": "items", "data": {"u": 2}}""").FailsWith(ErrorCodes.UniqueViolation);

        Assert.Equal(1, error.Operation);
        Assert.Equal(["2"], (await table.ListAsync()).Column("u"));
        Assert.Equal(1, await table.TotalAsync());
    }

    [Fact]
    public async Task Writes_of_many_and_of_one_leave_what_they_would_one_after_the_other()
    {
        var table = await TableAsync("u INTEGER unique");

        var many = Enumerable.Range(0, 20).Select(i => table.InsertManyAsync($$"""[{"u": {{i}}}, {"u": {{100 + i}}}]""").AsTask()).ToList();
        var batches = Enumerable.Range(0, 20).Select(i => table.Database.RunAsync($"{Create(200 + i)},{Create(i % 2 == 0 ? 0 : 300 + i)}").AsTask()).ToList(); // every second one fails
        var single = Enumerable.Range(0, 20).Select(i => table.InsertAsync($$"""{"u": {{400 + i}}}""").AsTask()).ToList();

        Assert.All(await Task.WhenAll(many), o => o.Succeeds().Dispose());
        Assert.All(await Task.WhenAll(single), o => o.Succeeds());
        var outcomes = await Task.WhenAll(batches);
        Assert.Equal(10, outcomes.Count(o => o.TryGet(out _, out _)));
        Assert.Equal(20 + 20 + 20 + 20, await table.TotalAsync());
    }

    private static string Create(int u) => $$$"""{"op": "create", "table": "items", "data": {"u": {{{u}}}}}""";

    private async Task<TestTable> TableAsync(params string[] columns) => await (await storage.Services.AddTenantAsync()).AddTableAsync(columns);
}
