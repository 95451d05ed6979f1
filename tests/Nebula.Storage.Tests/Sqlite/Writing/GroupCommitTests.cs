using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

public sealed class GroupCommitTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private Tenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _tenant = await _storage.Services.AddTenantAsync();
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Of_writes_that_share_a_commit_exactly_the_bad_ones_fail()
    {
        var table = await _tenant.AddTableAsync("u INTEGER unique");
        List<Task<Result<Row>>> writes;

        // Every third value comes a second time.
        int[] values = [.. Enumerable.Range(0, 300), .. Enumerable.Range(0, 300).Where(i => i % 3 == 0)];
        using (Lock(table))
            writes = [.. values.Select(u => table.InsertAsync($$"""{"u": {{u}}}""").AsTask())];
        var outcomes = await Task.WhenAll(writes);

        Assert.All(outcomes[..300], o => o.Succeeds());
        Assert.All(outcomes[300..], o => Assert.Equal("u", Assert.Single(o.FailsWith(ErrorCodes.UniqueViolation).Details).Field));
        Assert.Equal(300, await table.TotalAsync());
        Assert.Equal(Enumerable.Range(0, 300).Select(u => $"{u}"), (await table.ListAsync("limit=1000&sort=u")).Column("u"));
    }

    [Fact]
    public async Task What_waits_together_is_committed_together_but_only_so_much_at_once()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 0}""");
        var before = WalFile.Commits(PathOf(table));
        List<Task<Result<Row>>> writes;

        using (Lock(table))
            writes = [.. Enumerable.Range(0, 1300).Select(n => table.InsertAsync($$"""{"n": {{n}}}""").AsTask())];
        Assert.All(await Task.WhenAll(writes), o => o.Succeeds());

        // At most 512 in a commit, and fewer when they take longer than 5 ms.
        Assert.InRange(WalFile.Commits(PathOf(table)) - before, 3, 650);
    }

    [Fact]
    public async Task Large_writes_share_a_commit_up_to_eight_megabytes()
    {
        var table = await _tenant.AddTableAsync("t TEXT");
        await table.AddAsync("""{"t": "x"}""");
        using var reader = new OtherProgram(PathOf(table)); // keeps the log from being begun anew
        reader.Run("BEGIN");
        reader.Integer("SELECT count(*) FROM items");
        var before = WalFile.Commits(PathOf(table));
        var record = $$"""{"t": "{{new string('x', 1024 * 1024)}}"}""";
        List<Task<Result<Row>>> writes;

        using (Lock(table))
            writes = [.. Enumerable.Range(0, 20).Select(_ => table.InsertAsync(record).AsTask())];
        Assert.All(await Task.WhenAll(writes), o => o.Succeeds());

        Assert.InRange(WalFile.Commits(PathOf(table)) - before, 3, 20);
    }

    [Fact]
    public async Task A_write_cancelled_while_it_waits_does_not_happen()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");
        using var leaving = new CancellationTokenSource();
        Task<Result<Row>> first, cancelled, last;

        using (Lock(table))
        {
            first = table.InsertAsync("""{"n": 1}""").AsTask();
            cancelled = table.CancellableInsertAsync("""{"n": 2}""", leaving.Token).AsTask();
            last = table.InsertAsync("""{"n": 3}""").AsTask();
            await leaving.CancelAsync();
        }

        await first.Succeeds();
        await last.Succeeds();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(["1", "3"], (await table.ListAsync()).Column("n"));
    }

    [Fact]
    public async Task A_write_whose_key_is_revoked_while_it_waits_is_refused()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");
        var (key, text) = await _tenant.AddKeyAsync(table.Database.Database, new ApiKeyChange { Name = "main" }).Succeeds();
        var caller = await _storage.Services.ApiKeys.AuthenticateAsync(text, Ct);
        var reached = table.Database.As(caller!).Table("items");
        var row = await reached.AddAsync("""{"n": 1}""");
        Task<Error>[] writes;

        using (Lock(table))
        {
            writes =
            [
                reached.InsertAsync("""{"n": 2}""").FailsWith(ErrorCodes.Unauthenticated),
                reached.UpdateAsync(row.Id, """{"n": 3}""").FailsWith(ErrorCodes.Unauthenticated),
                reached.DeleteAsync(row.Id).FailsWith(ErrorCodes.Unauthenticated),
                reached.Database.TryAddTableAsync("more", "n INTEGER").FailsWith(ErrorCodes.Unauthenticated),
                reached.Database.DropAsync("items").FailsWith(ErrorCodes.Unauthenticated),
            ];
            await Task.Delay(100, Ct); // the changes of the schema note in the metadata first that they begin
            await _storage.Services.ApiKeys.DeleteAsync(_tenant.Caller, table.Database.Database.Name, key.Id, Ct).Succeeds();
        }

        await Task.WhenAll(writes);
        Assert.Equal(row.Text, (await table.FindAsync(row.Id).Succeeds()).Text);
        Assert.Single(await table.Database.ListTablesAsync());
    }

    [Fact]
    public async Task A_write_whose_key_expires_while_it_waits_is_refused()
    {
        var clock = new ShiftedClock();
        await using var storage = await RunningStorage.StartAsync(clock: clock);
        var tenant = await storage.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        var (_, text) = await tenant.AddKeyAsync(table.Database.Database, new ApiKeyChange { Name = "main", ExpiresAt = new(clock.GetUtcNow().AddHours(1)) }).Succeeds();
        var reached = table.Database.As((await storage.Services.ApiKeys.AuthenticateAsync(text, Ct))!).Table("items");
        await reached.AddAsync("""{"n": 1}""");
        Task<Result<Row>> write;

        using (new WriteLock(storage.PathOf(table.Database.Database)))
        {
            write = reached.InsertAsync("""{"n": 2}""").AsTask();
            clock.Shift += TimeSpan.FromHours(2);
        }

        await write.FailsWith(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task Changes_of_the_schema_and_of_records_that_wait_together_happen_in_their_order()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 0}""");
        Task<Result<Row>>[] before, after;
        Task made;

        using (Lock(table))
        {
            before = [.. Enumerable.Range(1, 50).Select(n => table.InsertAsync($$"""{"n": {{n}}}""").AsTask())];
            made = table.Database.AddTableAsync("more", "n INTEGER");
            after = [.. Enumerable.Range(51, 50).Select(n => table.InsertAsync($$"""{"n": {{n}}}""").AsTask())];
        }

        await made;
        Assert.All(await Task.WhenAll([.. before, .. after]), o => o.Succeeds());
        Assert.Equal(101, await table.TotalAsync());
    }

    private string PathOf(TestTable table) => _storage.PathOf(table.Database.Database);

    private WriteLock Lock(TestTable table) => new(PathOf(table));
}
