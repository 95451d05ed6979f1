using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Tables;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Auditing;

public sealed class AuditLogTests : IAsyncLifetime
{
    private readonly World _world = new();
    private AccountCaller _owner = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IEnumerable<(string Action, string? Subject, bool IsDone)> Entries => _world.Audit.All.Select(e => (e.Event.Action, e.Event.Subject, e.IsDone));

    public async ValueTask InitializeAsync()
    {
        _owner = await _world.AccountAsync();
        Assert.Equal([("account.create", null, true)], Entries);
        _world.Audit.All.Clear();
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Databases_are_noted_from_their_creation_to_their_end()
    {
        var database = await _world.DatabaseAsync(_owner);
        await _world.Databases.RenameAsync(_owner, database.Name, Some.DatabaseName("store"), Ct).Succeeds();
        await _world.Databases.DeleteAsync(_owner, Some.DatabaseName("store"), Ct).Succeeds();

        Assert.Equal([("database.create", null, true), ("database.rename", "store", true), ("database.delete", null, true)], Entries);
        Assert.Equal(["shop", "shop", "store"], _world.Audit.All.Select(e => e.Event.DatabaseName.ToString()));
        Assert.All(_world.Audit.All, e => Assert.Equal((database.Id, _owner.Id, AuditActor.Of(_owner)), (e.Event.DatabaseId, e.Event.Owner, e.Event.Actor)));
    }

    [Fact]
    public async Task Keys_are_noted_by_name_with_what_was_changed_of_them()
    {
        var database = await _world.DatabaseAsync(_owner);
        var (key, _) = await _world.KeyAsync(_owner, database);
        await _world.ApiKeys.UpdateAsync(_owner, database.Name, key.Id, new ApiKeyChange { Name = "web", Scopes = ["records:read"] }, Ct).Succeeds();
        await _world.ApiKeys.DeleteAsync(_owner, database.Name, key.Id, Ct).Succeeds();

        Assert.Equal([("api_key.create", "app", true), ("api_key.update", "app", true), ("api_key.delete", "web", true)], Entries.Skip(1));
        Assert.Equal(["name", "scopes"], _world.Audit.All[2].Event.Changes);
    }

    [Fact]
    public async Task The_account_itself_is_noted_without_any_secret()
    {
        await _world.Accounts.UpdateAsync(_owner, "ada.king", null, Ct).Succeeds();
        await _world.Accounts.ChangePasswordAsync(_owner, Some.Password, "another good password", Ct).Succeeds();
        var again = await _world.Accounts.LogInAsync("ada@example.com", "another good password", Ct).Succeeds();
        var caller = Assert.IsType<AccountCaller>(await _world.Accounts.AuthenticateAsync(again.Id, again.TokenVersion, Ct));
        await _world.Accounts.DeleteAsync(caller, "another good password", Ct).Succeeds();

        Assert.Equal([("account.update", null, true), ("account.password", null, true), ("account.delete", null, true)], Entries);
        Assert.Equal(["username"], _world.Audit.All[0].Event.Changes);
        Assert.DoesNotContain("password", string.Join(' ', _world.Audit.All.Select(e => e.Event with { Action = "" })), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_changed_nothing_is_taken_back()
    {
        await _world.DatabaseAsync(_owner);

        await _world.Databases.CreateAsync(_owner, Some.DatabaseName(), Ct).FailsWith("database_exists");
        await _world.Databases.DeleteAsync(_owner, Some.DatabaseName("none"), Ct).FailsWith("database_not_found");

        Assert.Equal([("database.create", null, true)], Entries);
    }

    [Fact]
    public async Task What_is_asked_for_again_is_no_change()
    {
        var database = await _world.DatabaseAsync(_owner);
        var definition = new TableDefinition(Some.TableName("items"), [new ColumnDefinition("n", ColumnType.Integer, IsNullable: true, IsUnique: false)]);
        await _world.Tables.CreateAsync(_owner, database.Name, definition, Ct).Succeeds();
        var before = _world.Audit.All.Count;

        await _world.Tables.CreateAsync(_owner, database.Name, definition, Ct).Succeeds();
        await _world.Accounts.UpdateAsync(_owner, "ada.lovelace", "ada@example.com", Ct).Succeeds();

        Assert.Equal(before, _world.Audit.All.Count);
    }

    [Fact]
    public async Task A_deletion_that_fails_half_way_is_noted_all_the_same()
    {
        await _world.DatabaseAsync(_owner);
        _world.DatabaseStore.RemoveFailure = new Error(ErrorCodes.Busy, "It is being moved.");

        await _world.Accounts.DeleteAsync(_owner, Some.Password, Ct).FailsWith("busy");

        Assert.Contains(("account.delete", null, false), Entries);
        Assert.DoesNotContain("database.delete", Entries.Select(e => e.Action));
    }

    [Fact]
    public async Task Nothing_is_done_that_can_not_be_noted()
    {
        _world.Audit.BeginFailure = new UnavailableException(new Error(ErrorCodes.Unavailable, "The metadata is away."));

        await Assert.ThrowsAsync<UnavailableException>(async () => await _world.DatabaseAsync(_owner));

        _world.Audit.BeginFailure = null;
        Assert.Empty(await _world.Databases.ListAsync(_owner, 10, 0, Ct).Succeeds());
    }

    [Fact]
    public async Task What_was_done_is_answered_although_its_outcome_can_not_be_noted()
    {
        _world.Audit.EndFailure = new UnavailableException(new Error(ErrorCodes.Unavailable, "The metadata is away."));

        var database = await _world.DatabaseAsync(_owner);

        Assert.Equal([database], await _world.Databases.ListAsync(_owner, 10, 0, Ct).Succeeds());
        Assert.Equal([("database.create", null, false)], Entries);
    }

    [Fact]
    public async Task What_may_have_been_done_is_not_taken_back()
    {
        var log = new AuditLog(_world.Audit);
        var what = new AuditEvent(_owner.Id, AuditActor.Of(_owner), AuditActions.DatabaseDelete);

        await log.RunAsync<Done>(what, () => new(new Error(ErrorCodes.Unavailable, "The answer got lost.")), Ct).FailsWith("unavailable");

        Assert.Equal([("database.delete", null, false)], Entries);
    }
}
