using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

/// <summary>Nobody's scan holds the writer.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestTable _table = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _table = await (await _storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER", "t TEXT");
        for (var i = 0; i < 4; i++)
            (await _table.InsertManyAsync($"[{string.Join(',', Enumerable.Range(0, 10_000).Select(n => $$"""{"n": {{n}}, "t": "{{new string('x', 40)}}"}"""))}]").Succeeds()).Dispose();

        // From here on there is less time than any of these writes needs.
        await RestartAsync(TimeSpan.FromMilliseconds(10));
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task An_array_that_takes_too_long_is_stopped_and_undone()
    {
        await _table.InsertManyAsync($"[{string.Join(',', Enumerable.Repeat("""{"n": -1}""", 10_000))}]").FailsWith(ErrorCodes.QueryTimeout);

        await AssertUnchangedAsync();
    }

    [Fact]
    public async Task Those_that_wait_behind_it_are_served()
    {
        List<Task> writes = [];
        for (var i = 0; i < 20; i++)
        {
            writes.Add(_table.InsertAsync("""{"n": -1}""").AsTask());
            if (i % 5 == 0)
                writes.Add(_table.UpdateMatchingAsync("t ~ 'x'", 1_000_000, """{"t": "y"}""").FailsWith(ErrorCodes.QueryTimeout));
        }

        await Task.WhenAll(writes);

        await RestartAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(20, await _table.DeleteMatchingAsync("n = -1", 100).Succeeds());
        await AssertUnchangedAsync();
    }

    private async Task AssertUnchangedAsync()
    {
        await RestartAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(40_000, await _table.TotalAsync());
        Assert.Equal(0, await _table.DeleteMatchingAsync("t = 'y' or n < 0", 10).Succeeds());
    }

    private async Task RestartAsync(TimeSpan queryTimeout)
    {
        _storage.Options = _storage.Options with { QueryTimeout = queryTimeout };
        await _storage.RestartAsync();
        _table = _table.Database.On(_storage.Services).Table("items");
    }
}
