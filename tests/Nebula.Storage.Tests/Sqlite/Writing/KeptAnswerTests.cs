using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

/// <summary>What is kept in the file for requests that are sent again.</summary>
public sealed class KeptAnswerTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private RunningStorage _storage = null!; // set before each test
    private Tenant _tenant = null!;
    private TestTable _table = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync(clock: _clock);
        _tenant = await _storage.Services.AddTenantAsync();
        _table = await _tenant.AddTableAsync("n INTEGER unique");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task What_is_too_old_goes_in_small_steps()
    {
        for (var n = 0; n < 40; n++)
            await _table.InsertOnceAsync($$"""{"n": {{n}}}""", Once($"{n}")).Succeeds();
        Assert.Equal(40, await KeptAsync());

        _clock.Shift = TimeSpan.FromHours(25);
        await _table.InsertOnceAsync("""{"n": 100}""", Once("x")).Succeeds();
        Assert.Equal(25, await KeptAsync());
        await _table.InsertOnceAsync("""{"n": 101}""", Once("y")).Succeeds();
        await _table.InsertOnceAsync("""{"n": 102}""", Once("z")).Succeeds();
        Assert.Equal(3, await KeptAsync());
    }

    [Fact]
    public async Task A_clock_that_was_far_ahead_leaves_nothing_for_ever()
    {
        _clock.Shift = TimeSpan.FromDays(3650);
        await _table.InsertOnceAsync("""{"n": 1}""", Once("a")).Succeeds();
        _clock.Shift = TimeSpan.Zero;

        await _table.InsertOnceAsync("""{"n": 2}""", Once("b")).Succeeds();

        Assert.Equal(1, await KeptAsync());
    }

    [Fact]
    public async Task What_fails_leaves_no_table_and_no_answer()
    {
        await _table.AddAsync("""{"n": 1}""");

        await _table.InsertOnceAsync("""{"n": 1}""", Once("a")).FailsWith(ErrorCodes.UniqueViolation);

        using var file = _storage.OpenFile(_table.Database.Database);
        Assert.Equal(0, file.Integer("SELECT count(*) FROM sqlite_schema WHERE name = '_nebula_idempotency'"));
    }

    [Fact]
    public async Task Making_the_table_of_answers_makes_no_other_table_stale()
    {
        var opened = (await _table.OpenAsync().Succeeds()).Table;

        await _table.InsertOnceAsync("""{"n": 1}""", Once("a")).Succeeds();

        Assert.Same(opened, (await _table.OpenAsync().Succeeds()).Table);
        Assert.Equal(["items"], (await _table.Database.ListTablesAsync()).Select(t => t.Name));
    }

    [Fact]
    public async Task Of_requests_that_share_a_commit_one_has_the_effect()
    {
        List<Task<Result<Row>>> writes;
        using (new WriteLock(_storage.PathOf(_table.Database.Database)))
            writes = [.. Enumerable.Range(0, 20).Select(i => _table.InsertOnceAsync($$"""{"n": {{i % 2}}}""", Once($"{i % 2}")).AsTask())];

        var rows = (await Task.WhenAll(writes)).Select(o => Whole(o.Succeeds())).Distinct().ToList();

        Assert.Equal(2, rows.Count);
        Assert.Equal(2, await _table.TotalAsync());
    }

    [Fact]
    public async Task When_a_commit_falls_and_its_writes_are_replayed_each_request_still_has_one_effect()
    {
        var table = await _tenant.AddTableAsync("n INTEGER", "t TEXT");
        await table.InsertOnceAsync("""{"n": 0}""", Once("first")).Succeeds();
        await AllowPagesAsync(table, 3);
        List<Task<Result<Row>>> small = [];
        Task<Result<Row>> large;
        using (new WriteLock(_storage.PathOf(table.Database.Database)))
        {
            small.AddRange(Enumerable.Range(0, 6).Select(i => table.InsertOnceAsync($$"""{"n": {{i % 2}}}""", Once($"{i % 2}")).AsTask()));
            large = table.InsertOnceAsync($$"""{"t": "{{new string('x', 100_000)}}"}""", Once("large")).AsTask();
            small.AddRange(Enumerable.Range(0, 6).Select(i => table.InsertOnceAsync($$"""{"n": {{i % 2}}}""", Once($"{i % 2}")).AsTask()));
        }

        await large.FailsWith(ErrorCodes.StorageFull);
        Assert.Equal(2, (await Task.WhenAll(small)).Select(o => Whole(o.Succeeds())).Distinct().Count());
        Assert.Equal(3, await table.TotalAsync());
        await AllowPagesAsync(table, 1_000_000);
        Assert.False((await SendAsync(table, "large")).IsReplayed);
        Assert.True((await SendAsync(table, "large")).IsReplayed);
    }

    private static async Task<IdempotentRequest> SendAsync(TestTable table, string key)
    {
        var once = IdempotentRequest.Of(Anybody, "POST", "/records", key, "{}"u8);
        await table.InsertOnceAsync("""{"t": "y"}""", once).Succeeds();
        return once;
    }

    private static (long, string, EntityTag) Whole(Row row) => (row.Id, row.Text, row.Tag);

    private static AccountCaller Anybody { get; } = new(Nebula.Core.Accounts.UserId.New(TimeProvider.System), new Revocation());

    private static IdempotentRequest Once(string key) =>
        IdempotentRequest.Of(Anybody, "POST", "/records", key, "{}"u8);

    private async Task<long> KeptAsync()
    {
        await _storage.StopAsync(); // so that everything is in the file
        await _storage.StartAsync();
        _table = _table.Database.On(_storage.Services).Table("items");
        using var file = _storage.OpenFile(_table.Database.Database);
        return file.Integer("SELECT count(*) FROM _nebula_idempotency");
    }

    private Task<bool> AllowPagesAsync(TestTable table, int more) => _storage.InsideAsync(table.Database.Database, open => open.RunExclusive(() =>
    {
        open.Connection.Execute($"PRAGMA max_page_count = {open.Connection.ExecuteInteger("PRAGMA page_count") + more}");
        return true;
    }));
}
