using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

/// <summary>A database that may not grow stands for a full disk: SQLite gives the same code.</summary>
public sealed class StorageFullTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestTable _table = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _table = await (await _storage.Services.AddTenantAsync()).AddTableAsync("t TEXT", "n INTEGER");
        await _table.AddAsync("""{"t": "first", "n": 0}""");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task A_write_without_room_is_refused_reads_go_on_and_it_recovers_by_itself()
    {
        await AllowPagesAsync(0);

        var error = await _table.InsertAsync(Large).FailsWith(ErrorCodes.StorageFull);

        Assert.NotNull(error.Hint);
        Assert.Equal("\"first\"", (await _table.FindAsync(1).Succeeds())["t"]);
        Assert.Equal(1, await _table.TotalAsync());

        await AllowPagesAsync(1_000_000);
        Assert.Equal(2, (await _table.AddAsync(Large)).Id);
        Assert.Equal(2, await _table.TotalAsync());
        Assert.Equal(0, _storage.Storage.QuarantinedDatabases);
    }

    [Fact]
    public async Task A_write_without_room_does_not_take_those_down_that_share_its_commit()
    {
        await AllowPagesAsync(2);
        List<Task<Result<Row>>> small = [], large = [];

        using (new WriteLock(_storage.PathOf(_table.Database.Database)))
        {
            for (var n = 1; n <= 20; n++)
            {
                small.Add(_table.UpdateAsync(1, $$"""{"n": {{n}}}""").AsTask());
                if (n % 5 == 0)
                    large.Add(_table.InsertAsync(Large).AsTask());
            }
        }

        Assert.All(await Task.WhenAll(small), o => o.Succeeds());
        Assert.All(await Task.WhenAll(large), o => o.FailsWith(ErrorCodes.StorageFull));
        Assert.Equal("20", (await _table.FindAsync(1).Succeeds())["n"]);
        Assert.Equal(1, await _table.TotalAsync());
    }

    [Fact]
    public async Task A_table_without_room_is_not_made()
    {
        await AllowPagesAsync(0);

        await _table.Database.TryAddTableAsync("more", "n INTEGER unique").FailsWith(ErrorCodes.StorageFull);

        Assert.Single(await _table.Database.ListTablesAsync());
        await AllowPagesAsync(1_000_000);
        await _table.Database.AddTableAsync("more", "n INTEGER unique");
    }

    [Fact]
    public async Task Deleting_works_without_room()
    {
        await AllowPagesAsync(0);

        await _table.DeleteAsync(1).Succeeds();

        Assert.Equal(0, await _table.TotalAsync());
    }

    private static string Large => $$"""{"t": "{{new string('x', 100_000)}}"}""";

    private Task<bool> AllowPagesAsync(int more) => _storage.InsideAsync(_table.Database.Database, open => open.RunExclusive(() =>
    {
        open.Connection.Execute($"PRAGMA max_page_count = {open.Connection.ExecuteInteger("PRAGMA page_count") + more}");
        return true;
    }));
}
