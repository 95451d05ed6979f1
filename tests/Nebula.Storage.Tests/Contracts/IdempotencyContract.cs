using System.Text;
using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Requests that are sent again have their effect once.</summary>
public abstract class IdempotencyContract(StorageFixture storage) : IAsyncLifetime
{
    private readonly AccountCaller _anybody = new(Nebula.Core.Accounts.UserId.New(TimeProvider.System), new Revocation());
    private TestTable _table = null!; // set before each test

    public async ValueTask InitializeAsync()
    {
        storage.Clock.Shift = TimeSpan.Zero;
        _table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER unique");
    }

    public ValueTask DisposeAsync()
    {
        storage.Clock.Shift = TimeSpan.Zero;
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_answer_is_kept_for_a_day()
    {
        var first = await _table.InsertOnceAsync("""{"n": 1}""", Once("a")).Succeeds();
        await _table.DeleteAsync(first.Id).Succeeds();

        storage.Clock.Shift = TimeSpan.FromHours(23.9);
        var again = Once("a");
        Assert.Equal(Whole(first), Whole(await _table.InsertOnceAsync("""{"n": 1}""", again).Succeeds()));
        Assert.True(again.IsReplayed);

        storage.Clock.Shift = TimeSpan.FromHours(24);
        var anew = Once("a");
        Assert.Equal(2, (await _table.InsertOnceAsync("""{"n": 1}""", anew).Succeeds()).Id);
        Assert.False(anew.IsReplayed);
    }

    [Fact]
    public async Task An_answer_survives_a_restart()
    {
        var first = await _table.InsertOnceAsync("""{"n": 1}""", Once("a")).Succeeds();

        await storage.RestartAsync();

        var table = _table.Database.On(storage.Services).Table("items");
        Assert.Equal(Whole(first), Whole(await table.InsertOnceAsync("""{"n": 1}""", Once("a")).Succeeds()));
        Assert.Equal(1, await table.TotalAsync());
    }

    [Fact]
    public async Task Another_body_is_refused_and_another_caller_is_not_affected()
    {
        await _table.InsertOnceAsync("""{"n": 1}""", Once("a")).Succeeds();

        await _table.InsertOnceAsync("""{"n": 2}""", Once("a", """{"n": 2}""")).FailsWith(ErrorCodes.IdempotencyMismatch);

        var other = await storage.Services.AddTenantAsync();
        await _table.InsertOnceAsync("""{"n": 2}""", IdempotentRequest.Of(other.Caller, "POST", "/records", "a", "{}"u8)).Succeeds();
        Assert.Equal(2, await _table.TotalAsync());
    }

    [Fact]
    public async Task What_failed_is_tried_again()
    {
        await _table.AddAsync("""{"n": 1}""");
        await _table.InsertOnceAsync("""{"n": 1}""", Once("a")).FailsWith(ErrorCodes.UniqueViolation);
        await _table.DeleteAsync(1).Succeeds();

        var again = Once("a");
        await _table.InsertOnceAsync("""{"n": 1}""", again).Succeeds();

        Assert.False(again.IsReplayed);
        Assert.Equal(1, await _table.TotalAsync());
    }

    [Fact]
    public async Task Of_requests_that_are_sent_at_once_one_has_the_effect()
    {
        var writes = Enumerable.Range(0, 20).Select(i => Task.Run(() => _table.InsertOnceAsync($$"""{"n": {{i % 2}}}""", Once($"{i % 2}")).AsTask()));

        var rows = (await Task.WhenAll(writes)).Select(o => Whole(o.Succeeds())).Distinct().ToList();

        Assert.Equal(2, rows.Count);
        Assert.Equal(2, await _table.TotalAsync());
    }

    [Fact]
    public async Task Arrays_and_batches_are_answered_again_too()
    {
        var (array, batch) = (Once("array"), Once("batch"));
        const string Operations = """{"op": "create", "table": "items", "data": {"n": 3}}, {"op": "delete", "table": "items", "id": "$0.record_id"}, {"op": "update", "table": "items", "filter": "n = 2", "max_affected": 1, "data": {"n": 4}}""";
        string ids;
        using (var first = await _table.InsertManyAsync("""[{"n": 1}, {"n": 2}]""", once: array).Succeeds())
            ids = Encoding.UTF8.GetString(first.Ids.Span);
        string results;
        using (var first = await _table.Database.RunAsync(Operations, batch).Succeeds())
            results = string.Join(';', first.Results.Select(r => $"{r.Effect} {r.Id} {r.Affected}"));
        Assert.False(array.IsReplayed || batch.IsReplayed);

        using (var again = await _table.InsertManyAsync("""[{"n": 1}, {"n": 2}]""", once: array).Succeeds())
            Assert.Equal((2, 2, ids), (again.Count, again.Created, Encoding.UTF8.GetString(again.Ids.Span)));
        using (var again = await _table.Database.RunAsync(Operations, batch).Succeeds())
            Assert.Equal(results, string.Join(';', again.Results.Select(r => $"{r.Effect} {r.Id} {r.Affected}")));
        Assert.True(array.IsReplayed && batch.IsReplayed);
        Assert.Equal(["1", "4"], (await _table.ListAsync("sort=n")).Column("n"));
    }

    [Fact]
    public async Task An_answer_to_one_who_lost_the_right_is_not_given()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("n INTEGER");
        var (key, text) = await tenant.AddKeyAsync(table.Database.Database).Succeeds();
        var caller = await storage.Services.ApiKeys.AuthenticateAsync(text, TestContext.Current.CancellationToken);
        var reached = table.Database.As(caller!).Table("items"); // just made
        await reached.InsertOnceAsync("""{"n": 1}""", IdempotentRequest.Of(caller!, "POST", "/records", "a", "{}"u8)).Succeeds(); // just made

        await storage.Services.ApiKeys.DeleteAsync(tenant.Caller, table.Database.Database.Name, key.Id, TestContext.Current.CancellationToken).Succeeds();

        await reached.InsertOnceAsync("""{"n": 1}""", IdempotentRequest.Of(caller!, "POST", "/records", "a", "{}"u8)).FailsWith(ErrorCodes.Unauthenticated); // just made
        Assert.Equal(1, await table.TotalAsync());
    }

    private static (long, string, EntityTag) Whole(Row row) => (row.Id, row.Text, row.Tag);

    private IdempotentRequest Once(string key, string body = "{}") => IdempotentRequest.Of(_anybody, "POST", "/records", key, Encoding.UTF8.GetBytes(body));
}
