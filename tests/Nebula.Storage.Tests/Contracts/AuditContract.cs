using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of the audit log.</summary>
public abstract class AuditContract(StorageFixture storage)
{
    private readonly UserId _owner = UserId.New(TimeProvider.System);

    private IAuditStore Store => storage.Services.Audit;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entry_is_kept_with_all_it_is()
    {
        var what = new AuditEvent(_owner, new AuditActor("api_key", "k-1", "the 'app'"), AuditActions.TableAlter)
        {
            DatabaseId = new DatabaseId(7),
            DatabaseName = Name("Shop"),
            Subject = "customers",
            Changes = ["add_columns", "rename"],
        };

        var id = await Store.BeginAsync(what, Ct);
        Assert.False(Assert.Single(await ListAsync()).IsDone);
        await Store.EndAsync(id, new DatabaseId(8), Ct);

        var entry = Assert.Single(await ListAsync());
        Assert.Equal((id, true), (entry.Id, entry.IsDone));
        Assert.Equal(what.Changes, entry.Event.Changes);
        Assert.Equal(what, entry.Event with { Changes = what.Changes });
        Assert.Equal("Shop", entry.Event.DatabaseName?.Value);
        Assert.InRange(entry.At, storage.Services.Clock.GetUtcNow().AddMinutes(-1), storage.Services.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_database_that_was_made_is_named_when_it_is_there()
    {
        await Store.EndAsync(await BeginAsync(), new DatabaseId(8), Ct);
        await Store.EndAsync(await BeginAsync(), null, Ct);

        Assert.Equal([null, new DatabaseId(8)], (await ListAsync()).Select(e => e.Event.DatabaseId));
    }

    [Fact]
    public async Task The_last_time_that_something_was_done_is_found_by_account_action_and_database()
    {
        await Store.BeginAsync(new AuditEvent(_owner, AuditActor.Of(_owner), AuditActions.DatabaseDelete) { DatabaseId = new DatabaseId(7) }, Ct);

        Assert.Equal(Assert.Single(await ListAsync()).At, await Store.FindLastAsync(_owner, AuditActions.DatabaseDelete, new DatabaseId(7), Ct));
        Assert.NotNull(await Store.FindLastAsync(_owner, AuditActions.DatabaseDelete, database: null, Ct));
        Assert.Null(await Store.FindLastAsync(_owner, AuditActions.DatabaseDelete, new DatabaseId(8), Ct));
        Assert.Null(await Store.FindLastAsync(_owner, AuditActions.AccountDelete, database: null, Ct));
        Assert.Null(await Store.FindLastAsync(UserId.New(TimeProvider.System), AuditActions.DatabaseDelete, database: null, Ct));
    }

    [Fact]
    public async Task The_latest_come_first_page_by_page_and_only_ones_own()
    {
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await BeginAsync());
        await Store.BeginAsync(new AuditEvent(UserId.New(TimeProvider.System), AuditActor.Operator, AuditActions.DatabaseMove), Ct);

        Assert.Equal(ids[..2], (await ListAsync(limit: 2)).Select(e => e.Id));
        Assert.Equal(ids[2..4], (await ListAsync(before: ids[1], limit: 2)).Select(e => e.Id));
        Assert.Equal(ids[4..], (await ListAsync(before: ids[3], limit: 2)).Select(e => e.Id));
    }

    [Fact]
    public async Task They_can_be_asked_for_by_the_name_of_a_database_without_case()
    {
        var (shop, _) = (await BeginAsync("Shop"), await BeginAsync("store"));

        Assert.Equal([shop], (await Store.ListAsync(_owner, Name("sHOP"), long.MaxValue, 10, Ct)).Select(e => e.Id));
        Assert.Empty(await Store.ListAsync(_owner, Name("other"), long.MaxValue, 10, Ct));
    }

    [Fact]
    public async Task What_was_taken_back_is_gone()
    {
        await Store.RemoveAsync(await BeginAsync(), Ct);

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task What_is_old_goes()
    {
        await BeginAsync();
        var now = storage.Services.Clock.GetUtcNow();

        while (await Store.RemoveOlderAsync(now.AddMinutes(-5), Ct) > 0)
            Assert.Single(await ListAsync());
        Assert.Single(await ListAsync());

        while (await Store.RemoveOlderAsync(now.AddMinutes(5), Ct) > 0)
        {
            // The rest.
        }

        Assert.Empty(await ListAsync());
    }

    private static DatabaseName Name(string text) => DatabaseName.Parse(text).TryGet(out var name, out _) ? name : throw new ArgumentException(text);

    private ValueTask<long> BeginAsync(string database = "shop") =>
        Store.BeginAsync(new AuditEvent(_owner, AuditActor.Of(_owner), AuditActions.DatabaseCreate) { DatabaseName = Name(database) }, Ct);

    private ValueTask<IReadOnlyList<AuditEntry>> ListAsync(long before = long.MaxValue, int limit = 100) => Store.ListAsync(_owner, null, before, limit, Ct);
}
