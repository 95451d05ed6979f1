using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Statements that take too long are stopped, and what they did is undone.</summary>
public abstract class DeadlineContract(StorageFixture storage) : IAsyncLifetime
{
    private TestTable _table = null!; // set before each test

    public async ValueTask InitializeAsync()
    {
        await storage.RestartAsync();
        _table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        for (var i = 0; i < 4; i++)
            (await _table.InsertManyAsync($"[{string.Join(',', Enumerable.Range(0, 10_000).Select(n => $$"""{"n": {{n}}, "t": "{{new string('x', 200)}}"}"""))}]").Succeeds()).Dispose();

        // Far less than any of what follows needs, far more than what goes before it does on a machine that is busy.
        await RestartAsync(TimeSpan.FromMilliseconds(250));
    }

    public async ValueTask DisposeAsync()
    {
        await storage.RestartAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_change_by_filter_that_takes_too_long_is_stopped_and_undone()
    {
        await _table.UpdateMatchingAsync(Slow, 1_000_000, """{"t": "y"}""").FailsWith(ErrorCodes.QueryTimeout);
        await _table.DeleteMatchingAsync(Slow, 1_000_000).FailsWith(ErrorCodes.QueryTimeout);

        await AssertUnchangedAsync();
    }

    [Fact]
    public async Task So_is_a_batch_which_says_where()
    {
        var error = await _table.Database.RunAsync($$$"""{"op": "create", "table": "items", "data": {"n": -1}}, {"op": "update", "table": "items", "filter": "{{{Slow}}}", "max_affected": 1000000, "data": {"t": "y"}}""")
            .FailsWith(ErrorCodes.QueryTimeout);

        Assert.Equal(1, error.Operation);
        await AssertUnchangedAsync();
    }

    [Theory]
    [InlineData("sort=t&limit=5&filter=")]
    [InlineData("limit=5&count=exact&filter=")]
    public async Task So_is_a_list(string query)
    {
        await _table.TryListAsync(query + Slow).FailsWith(ErrorCodes.QueryTimeout);
        await _table.AggregateAsync("select=sum(n)&filter=" + Slow).FailsWith(ErrorCodes.QueryTimeout);
    }

    private async Task AssertUnchangedAsync()
    {
        await RestartAsync(null);
        Assert.Equal(40_000, await _table.TotalAsync());
        Assert.Equal(0, await _table.DeleteMatchingAsync("t = 'y' or n < 0", 10).Succeeds());
    }

    /// <summary>Looks through each text ninety times, and finds all.</summary>
    private static string Slow { get; } = $"({string.Join(" or ", Enumerable.Range(0, 90).Select(n => $"t ~ 'xxxxxxxx{n}'"))}) or n >= 0";

    private async Task RestartAsync(TimeSpan? queryTimeout)
    {
        await storage.RestartAsync(queryTimeout);
        _table = _table.Database.On(storage.Services).Table("items");
    }
}
