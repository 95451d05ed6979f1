using Nebula.Core.Accounts;
using Nebula.Core.Tests.Fakes;

namespace Nebula.Core.Tests.Accounts;

public sealed class AuthenticationTests
{
    private readonly World _world = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_of_the_current_version_stands_for_its_account()
    {
        var caller = await _world.AccountAsync();
        Assert.Same(caller, await _world.Accounts.AuthenticateAsync(caller.Id, 1, Ct));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public async Task A_token_of_another_version_stands_for_nobody(int version)
    {
        var caller = await _world.AccountAsync();
        Assert.Null(await _world.Accounts.AuthenticateAsync(caller.Id, version, Ct));
    }

    [Fact]
    public async Task A_token_of_an_unknown_account_stands_for_nobody() =>
        Assert.Null(await _world.Accounts.AuthenticateAsync(UserId.New(_world.Clock), 1, Ct));

    [Fact]
    public async Task An_account_is_looked_up_once()
    {
        var caller = await _world.AccountAsync();
        var before = _world.AccountStore.Lookups;
        await _world.Accounts.AuthenticateAsync(caller.Id, 1, Ct);
        Assert.Equal(before, _world.AccountStore.Lookups);
    }

    [Fact]
    public async Task A_changed_password_kills_tokens_and_whoever_came_with_one()
    {
        var caller = await _world.AccountAsync();
        await _world.Accounts.ChangePasswordAsync(caller, Some.Password, "battery staple", Ct).Succeeds();

        Assert.False(caller.IsCurrent(_world.Clock));
        Assert.Null(await _world.Accounts.AuthenticateAsync(caller.Id, 1, Ct));
        var again = await _world.Accounts.AuthenticateAsync(caller.Id, 2, Ct);
        Assert.True(again?.IsCurrent(_world.Clock));
    }

    [Fact]
    public async Task Who_was_looked_up_while_the_password_changed_is_not_let_in_by_the_old_token()
    {
        var account = await _world.Accounts.SignUpAsync("ada@example.com", "ada.lovelace", Some.Password, Ct).Succeeds();
        _world.AccountStore.Reading.Close();
        var authenticating = _world.Accounts.AuthenticateAsync(account.Id, 1, Ct).AsTask();
        await _world.AccountStore.Reading.ArrivedAsync(Ct);
        await _world.Accounts.ChangePasswordAsync(new AccountCaller(account.Id, new Revocation()), Some.Password, "battery staple", Ct).Succeeds();
        _world.AccountStore.Reading.Open();

        Assert.Null(await authenticating);
        Assert.Null(await _world.Accounts.AuthenticateAsync(account.Id, 1, Ct));
    }

    [Fact]
    public async Task A_deleted_account_is_gone_for_whoever_came_with_its_token()
    {
        var caller = await _world.AccountAsync();
        await _world.Accounts.DeleteAsync(caller, Some.Password, Ct).Succeeds();

        Assert.False(caller.IsCurrent(_world.Clock));
        Assert.Null(await _world.Accounts.AuthenticateAsync(caller.Id, 1, Ct));
    }

    // The answer was lost, the password may have changed: nobody may be let in from memory as if it had not.
    [Fact]
    public async Task A_change_whose_end_is_not_known_is_looked_up_again()
    {
        var caller = await _world.AccountAsync();
        _world.AccountStore.LostAnswer = new OperationCanceledException();
        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await _world.Accounts.ChangePasswordAsync(caller, Some.Password, "battery staple", Ct));

        Assert.False(caller.IsCurrent(_world.Clock));
        Assert.Null(await _world.Accounts.AuthenticateAsync(caller.Id, 1, Ct));
    }

    [Fact]
    public async Task A_deletion_whose_end_is_not_known_is_looked_up_again()
    {
        var caller = await _world.AccountAsync();
        _world.AccountStore.LostAnswer = new OperationCanceledException();
        AccountCaller? meanwhile = null;
        _world.AccountStore.Writing = async () => meanwhile = await _world.Accounts.AuthenticateAsync(caller.Id, 1, Ct);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _world.Accounts.DeleteAsync(caller, Some.Password, Ct));

        Assert.False(Assert.IsType<AccountCaller>(meanwhile).IsCurrent(_world.Clock));
        Assert.Null(await _world.Accounts.AuthenticateAsync(caller.Id, 1, Ct));
    }
}
