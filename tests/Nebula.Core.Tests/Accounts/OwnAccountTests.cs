using Nebula.Core.ApiKeys;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Accounts;

/// <summary>What an account may do with itself.</summary>
public sealed class OwnAccountTests : IAsyncLifetime
{
    private readonly World _world = new();
    private AccountCaller _ada = null!; // set before each test
    private AccountCaller _eve = null!; // set before each test

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ada = await _world.AccountAsync();
        _eve = await _world.AccountAsync("eve@example.com");
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task One_sees_oneself() =>
        Assert.Equal("ada@example.com", (await _world.Accounts.GetAsync(_ada, _ada.Id, Ct).Succeeds()).Email);

    [Fact]
    public async Task Anybody_else_is_the_same_as_nobody()
    {
        var somebody = await _world.Accounts.GetAsync(_ada, _eve.Id, Ct).FailsWith("user_not_found");
        Assert.Equal(somebody, await _world.Accounts.GetAsync(_ada, new(Guid.NewGuid()), Ct).FailsWith("user_not_found"));
    }

    [Fact]
    public async Task Name_and_address_can_be_changed_each_by_itself()
    {
        await _world.Accounts.UpdateAsync(_ada, "Countess", null, Ct).Succeeds();
        var account = await _world.Accounts.UpdateAsync(_ada, null, "ada@example.org", Ct).Succeeds();

        Assert.Equal(("Countess", "ada@example.org"), (account.Username, account.Email));
        Assert.Equal(account, await _world.Accounts.GetAsync(_ada, _ada.Id, Ct).Succeeds());
        Assert.True(_ada.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task A_change_of_nothing_is_refused() => await _world.Accounts.UpdateAsync(_ada, null, null, Ct).FailsWith("invalid_body", []);

    [Fact]
    public async Task A_change_is_checked_as_a_sign_up_is()
    {
        await _world.Accounts.UpdateAsync(_ada, "x", "y", Ct).FailsWith("invalid_body", "username too_short", "email invalid");
        await _world.Accounts.UpdateAsync(_ada, "", "", Ct).FailsWith("invalid_body", "username required", "email required");
        await _world.Accounts.UpdateAsync(_ada, null, "EVE@example.com", Ct).FailsWith("email_taken");
        await _world.Accounts.UpdateAsync(_ada, null, "ADA@example.com", Ct).Succeeds();
    }

    [Fact]
    public async Task The_new_password_opens_the_account_and_the_old_one_does_not()
    {
        await _world.Accounts.ChangePasswordAsync(_ada, Some.Password, "battery staple", Ct).Succeeds();
        await _world.Accounts.LogInAsync("ada@example.com", Some.Password, Ct).FailsWith("invalid_credentials");
        Assert.Equal(2, (await _world.Accounts.LogInAsync("ada@example.com", "battery staple", Ct).Succeeds()).TokenVersion);
    }

    [Fact]
    public async Task Without_the_current_password_nothing_changes()
    {
        await _world.Accounts.ChangePasswordAsync(_ada, "wrong password", "battery staple", Ct).FailsWith("invalid_credentials");
        await _world.Accounts.ChangePasswordAsync(_ada, new string('x', 100_000), "battery staple", Ct).FailsWith("invalid_credentials");
        await _world.Accounts.ChangePasswordAsync(_ada, null, "short", Ct)
            .FailsWith("invalid_body", "current_password required", "new_password too_short");
        await _world.Accounts.ChangePasswordAsync(_ada, Some.Password, null, Ct).FailsWith("invalid_body", "new_password required");

        await _world.Accounts.LogInAsync("ada@example.com", Some.Password, Ct).Succeeds();
        Assert.True(_ada.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task Others_keep_their_tokens_when_one_changes_the_password()
    {
        await _world.Accounts.ChangePasswordAsync(_ada, Some.Password, "battery staple", Ct).Succeeds();
        Assert.True(_eve.IsCurrent(_world.Clock));
    }

    // Both read the account as it was; whoever writes last must not bring the old password, and with it the old tokens, back.
    [Fact]
    public async Task A_change_of_the_name_at_the_same_moment_does_not_bring_the_old_password_back()
    {
        _world.AccountStore.Reading.Close();
        var renaming = _world.Accounts.UpdateAsync(_ada, "Countess", null, Ct).AsTask();
        await _world.AccountStore.Reading.ArrivedAsync(Ct);
        var changing = _world.Accounts.ChangePasswordAsync(_ada, Some.Password, "battery staple", Ct).AsTask();
        await Task.Delay(50, Ct); // let the change come as far as it can
        _world.AccountStore.Reading.Open();
        (await renaming).Succeeds();
        (await changing).Succeeds();

        var account = await _world.Accounts.LogInAsync("ada@example.com", "battery staple", Ct).Succeeds();
        Assert.Equal(("Countess", 2), (account.Username, account.TokenVersion));
    }

    [Fact]
    public async Task Of_two_changes_of_one_password_at_once_only_one_happens()
    {
        _world.AccountStore.Reading.Close();
        var one = _world.Accounts.ChangePasswordAsync(_ada, Some.Password, "battery staple", Ct).AsTask();
        await _world.AccountStore.Reading.ArrivedAsync(Ct);
        await _world.Accounts.ChangePasswordAsync(_ada, Some.Password, "another staple", Ct).Succeeds();
        _world.AccountStore.Reading.Open();

        (await one).FailsWith("invalid_credentials");
        await _world.Accounts.LogInAsync("ada@example.com", "another staple", Ct).Succeeds();
    }

    [Fact]
    public async Task A_deleted_account_takes_its_databases_and_their_keys_with_it()
    {
        var database = await _world.DatabaseAsync(_ada);
        await _world.DatabaseAsync(_ada, "other");
        var key = await _world.KeyCallerAsync(_ada, database);
        var eves = await _world.DatabaseAsync(_eve);

        await _world.Accounts.DeleteAsync(_ada, Some.Password, Ct).Succeeds();

        Assert.Equal([_eve.Id], _world.AccountStore.All.Select(a => a.Id));
        Assert.Equal([eves], _world.DatabaseStore.All);
        Assert.Empty(_world.ApiKeyStore.All);
        Assert.False(key.IsCurrent(_world.Clock));
        Assert.True(_eve.IsCurrent(_world.Clock));
        await _world.Accounts.LogInAsync("ada@example.com", Some.Password, Ct).FailsWith("invalid_credentials");
    }

    [Fact]
    public async Task Without_the_password_nothing_is_deleted()
    {
        await _world.DatabaseAsync(_ada);
        await _world.Accounts.DeleteAsync(_ada, "wrong password", Ct).FailsWith("invalid_credentials");
        await _world.Accounts.DeleteAsync(_ada, "", Ct).FailsWith("invalid_body", "password required");
        await _world.Accounts.DeleteAsync(_ada, null, Ct).FailsWith("invalid_body", "password required");

        Assert.Single(_world.DatabaseStore.All);
        Assert.True(_ada.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task A_database_that_is_made_during_the_deletion_goes_too()
    {
        var late = 3;
        _world.AccountStore.Writing = async () =>
        {
            if (late-- > 0)
                await _world.DatabaseStore.AddAsync(_ada.Id, Some.DatabaseName($"late{late}"), most: null, Ct).Succeeds(); // by a request that was let in before
        };

        await _world.Accounts.DeleteAsync(_ada, Some.Password, Ct).Succeeds();
        Assert.Empty(_world.DatabaseStore.All);
        Assert.DoesNotContain(_world.AccountStore.All, a => a.Id == _ada.Id);
    }

    [Fact]
    public async Task An_account_that_is_gone_is_no_user()
    {
        await _world.Accounts.DeleteAsync(_ada, Some.Password, Ct).Succeeds();
        await _world.Accounts.GetAsync(_ada, _ada.Id, Ct).FailsWith("user_not_found");
        await _world.Accounts.UpdateAsync(_ada, "Countess", null, Ct).FailsWith("unauthenticated");
        await _world.Accounts.UpdateAsync(new AccountCaller(_ada.Id, new Revocation()), "Countess", null, Ct).FailsWith("user_not_found");
        await _world.Accounts.ChangePasswordAsync(_ada, Some.Password, "battery staple", Ct).FailsWith("user_not_found");
        await _world.Accounts.DeleteAsync(_ada, Some.Password, Ct).FailsWith("user_not_found");
    }

    [Fact]
    public async Task Who_logs_in_while_the_account_is_deleted_goes_with_it()
    {
        await _world.DatabaseAsync(_ada);
        AccountCaller? late = null;
        var version = 0;
        _world.DatabaseStore.Removed = _ =>
        {
            // The tokens are dead by now, and the password is still good.
            version = _world.AccountStore.All.Single(a => a.Id == _ada.Id).TokenVersion;
            late = _world.Accounts.AuthenticateAsync(_ada.Id, version, Ct).AsTask().GetAwaiter().GetResult();
        };
        await _world.Accounts.DeleteAsync(_ada, Some.Password, Ct).Succeeds();

        Assert.False(Assert.IsType<AccountCaller>(late).IsCurrent(_world.Clock));
        Assert.Null(await _world.Accounts.AuthenticateAsync(_ada.Id, version, Ct));
    }

    [Fact]
    public async Task Tokens_die_before_the_first_database_goes()
    {
        await _world.DatabaseAsync(_ada);
        var wasCurrent = true;
        _world.DatabaseStore.Removed = _ => wasCurrent = _ada.IsCurrent(_world.Clock);
        await _world.Accounts.DeleteAsync(_ada, Some.Password, Ct).Succeeds();
        Assert.False(wasCurrent);
    }

    [Fact]
    public async Task A_deletion_that_meets_a_new_database_every_time_gives_up()
    {
        var count = 0;
        _world.AccountStore.Writing = async () =>
            await _world.DatabaseStore.AddAsync(_ada.Id, Some.DatabaseName($"late{count++}"), most: null, Ct).Succeeds();
        await _world.Accounts.DeleteAsync(_ada, Some.Password, Ct).FailsWith("conflict");
        Assert.InRange(count, 2, 20);
    }

    [Fact]
    public async Task The_address_of_a_deleted_account_is_free_again()
    {
        await _world.Accounts.DeleteAsync(_ada, Some.Password, Ct).Succeeds();
        Assert.NotEqual(_ada.Id, (await _world.AccountAsync()).Id);
    }

    [Fact]
    public async Task A_credential_that_died_while_its_request_was_on_its_way_changes_nothing()
    {
        var database = await _world.DatabaseAsync(_ada);
        await _world.Accounts.ChangePasswordAsync(_ada, Some.Password, "battery staple", Ct).Succeeds();

        await _world.Databases.CreateAsync(_ada, Some.DatabaseName("late"), Ct).FailsWith("unauthenticated");
        await _world.Databases.DeleteAsync(_ada, database.Name, Ct).FailsWith("unauthenticated");
        await _world.ApiKeys.CreateAsync(_ada, database.Name, new ApiKeyChange { Name = "thief" }, Ct).FailsWith("unauthenticated");
        Assert.Single(_world.DatabaseStore.All);
    }
}
