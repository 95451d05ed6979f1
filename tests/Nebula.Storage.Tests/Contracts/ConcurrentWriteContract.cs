using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Many that write at once, and each of them hears what became of its own write.</summary>
public abstract class ConcurrentWriteContract(StorageFixture storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_writes_that_come_together_exactly_the_bad_ones_fail()
    {
        var table = await TableAsync("u INTEGER unique");

        // Every third value comes a second time.
        int[] values = [.. Enumerable.Range(0, 300), .. Enumerable.Range(0, 300).Where(i => i % 3 == 0)];
        var outcomes = await Task.WhenAll(values.Select(u => table.InsertAsync($$"""{"u": {{u}}}""").AsTask()));

        Assert.Equal(300, outcomes.Count(o => o.Code() == "ok"));
        Assert.All(outcomes.Where(o => o.Code() != "ok"), o => Assert.Equal("u", Assert.Single(o.FailsWith(ErrorCodes.UniqueViolation).Details).Field));
        Assert.Equal(300, await table.TotalAsync());
        Assert.Equal(Enumerable.Range(0, 300).Select(u => $"{u}"), (await table.ListAsync("limit=1000&sort=u")).Column("u"));
    }

    [Fact]
    public async Task Ids_of_records_that_are_added_at_once_are_distinct_and_positive()
    {
        var table = await TableAsync("n INTEGER");

        var rows = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => table.AddAsync($$"""{"n": {{n}}}""")));

        Assert.Equal(200, rows.Select(r => r.Id).Distinct().Count());
        Assert.All(rows, r => Assert.True(r.Id > 0));
    }

    [Fact]
    public async Task A_write_that_is_cancelled_before_it_begins_does_not_happen()
    {
        var table = await TableAsync("n INTEGER");
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.CancellableInsertAsync("""{"n": 2}""", left.Token).AsTask());

        Assert.Equal(0, await table.TotalAsync());
    }

    [Fact]
    public async Task A_read_that_is_cancelled_before_it_begins_gives_nothing()
    {
        var table = await TableAsync("n INTEGER");
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.CancellableListAsync("filter=n = 1", left.Token).AsTask());
    }

    [Fact]
    public async Task A_revoked_key_writes_nothing_more()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        var (key, text) = await tenant.AddKeyAsync(table.Database.Database, new ApiKeyChange { Name = "main" }).Succeeds();
        var reached = table.Database.As((await storage.Services.ApiKeys.AuthenticateAsync(text, Ct))!).Table("items"); // just made
        var row = await reached.AddAsync("""{"n": 1}""");

        await storage.Services.ApiKeys.DeleteAsync(tenant.Caller, table.Database.Database.Name, key.Id, Ct).Succeeds();

        await reached.InsertAsync("""{"n": 2}""").FailsWith(ErrorCodes.Unauthenticated);
        await reached.UpdateAsync(row.Id, """{"n": 3}""").FailsWith(ErrorCodes.Unauthenticated);
        await reached.DeleteAsync(row.Id).FailsWith(ErrorCodes.Unauthenticated);
        await reached.InsertManyAsync("""[{"n": 2}]""").FailsWith(ErrorCodes.Unauthenticated);
        await reached.DeleteMatchingAsync("n = 1", 5).FailsWith(ErrorCodes.Unauthenticated);
        await reached.Database.TryAddTableAsync("more", "n INTEGER").FailsWith(ErrorCodes.Unauthenticated);
        await reached.Database.DropAsync("items").FailsWith(ErrorCodes.Unauthenticated);
        Assert.Equal(row.Text, (await table.FindAsync(row.Id).Succeeds()).Text);
    }

    [Fact]
    public async Task Upserts_of_one_value_at_once_leave_one_record()
    {
        var table = await TableAsync("u INTEGER unique", "n INTEGER");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(() => table.InsertManyAsync($$"""[{"u": 1, "n": {{n}}}, {"u": 2, "n": {{n}}}]""", "u").AsTask())));

        Assert.All(outcomes, o => o.Succeeds().Dispose());
        Assert.Equal(2, await table.TotalAsync());
    }

    [Fact]
    public async Task Changes_of_the_schema_and_of_records_that_come_together_all_happen()
    {
        var table = await TableAsync("n INTEGER");
        await table.AddAsync("""{"n": 0}""");

        var before = Enumerable.Range(1, 50).Select(n => table.InsertAsync($$"""{"n": {{n}}}""").AsTask()).ToList();
        var made = Enumerable.Range(0, 3).Select(i => table.Database.AddTableAsync($"more{i}", "n INTEGER")).ToList();
        var after = Enumerable.Range(51, 50).Select(n => table.InsertAsync($$"""{"n": {{n}}}""").AsTask()).ToList();

        await Task.WhenAll(made);
        Assert.All(await Task.WhenAll([.. before, .. after]), o => o.Succeeds());
        Assert.Equal(101, await table.TotalAsync());
        Assert.Equal(4, (await table.Database.ListTablesAsync()).Count);
    }

    private async Task<TestTable> TableAsync(params string[] columns) => await (await storage.Services.AddTenantAsync()).AddTableAsync(columns);
}
