using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of accounts.</summary>
public abstract class AccountContract(StorageFixture storage)
{
    private IAccountStore Store => storage.Services.Accounts;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_added_account_is_found_by_id_and_by_address_in_any_case()
    {
        var account = Some.Account(TimeProvider.System, $"Ada.{Some.Name()}@Example.org");

        await Store.AddAsync(account, Ct).Succeeds();

        Assert.Equal(account, await Store.FindAsync(account.Id, Ct));
        Assert.Equal(account, await Store.FindByEmailAsync(account.Email, Ct));
        Assert.Equal(account, await Store.FindByEmailAsync(account.Email.ToUpperInvariant(), Ct));
    }

    [Fact]
    public async Task An_account_that_is_not_there_is_null()
    {
        Assert.Null(await Store.FindAsync(UserId.New(TimeProvider.System), Ct));
        Assert.Null(await Store.FindByEmailAsync("nobody@example.org", Ct));
        Assert.Null(await Store.FindByEmailAsync("%", Ct));
    }

    [Fact]
    public async Task An_address_is_taken_in_any_case()
    {
        var account = await AddAsync();

        var error = (await Store.AddAsync(Some.Account(TimeProvider.System, account.Email.ToUpperInvariant()), Ct)).FailsWith(ErrorCodes.EmailTaken);

        Assert.Equal("email", Assert.Single(error.Details).Field);
    }

    [Fact]
    public async Task Of_many_that_sign_up_with_one_address_one_gets_it()
    {
        var email = $"{Some.Name()}@example.org";

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.AddAsync(Some.Account(TimeProvider.System, email), Ct).AsTask()));

        Assert.Equal(1, outcomes.Count(o => o.Code() == "ok"));
        Assert.Equal(19, outcomes.Count(o => o.Code() == ErrorCodes.EmailTaken));
    }

    [Fact]
    public async Task An_update_replaces_all_that_can_change()
    {
        var account = await AddAsync();
        var changed = account with { Username = "another name", Email = $"{Some.Name()}@example.org", PasswordHash = "$other", TokenVersion = 2 };

        await Store.UpdateAsync(account, changed, Ct).Succeeds();

        Assert.Equal(changed, await Store.FindAsync(account.Id, Ct));
        Assert.Null(await Store.FindByEmailAsync(account.Email, Ct));
        Assert.Equal(changed, await Store.FindByEmailAsync(changed.Email, Ct));
    }

    [Fact]
    public async Task An_update_to_a_taken_address_is_refused()
    {
        var (one, other) = (await AddAsync(), await AddAsync());

        (await Store.UpdateAsync(one, one with { Email = other.Email.ToUpperInvariant() }, Ct)).FailsWith(ErrorCodes.EmailTaken);

        Assert.Equal(one, await Store.FindAsync(one.Id, Ct));
    }

    [Fact]
    public async Task An_address_can_change_in_its_case_only()
    {
        var account = await AddAsync();
        var changed = account with { Email = account.Email.ToUpperInvariant() };

        await Store.UpdateAsync(account, changed, Ct).Succeeds();

        Assert.Equal(changed, await Store.FindByEmailAsync(account.Email, Ct));
    }

    [Fact]
    public async Task An_account_that_is_gone_cannot_be_updated()
    {
        var account = Some.Account(TimeProvider.System);

        (await Store.UpdateAsync(account, account with { Username = "new" }, Ct)).FailsWith(ErrorCodes.UserNotFound);
    }

    [Fact]
    public async Task Of_two_changes_to_the_same_account_the_second_is_refused_and_brings_nothing_back()
    {
        var account = await AddAsync();
        var first = account with { TokenVersion = 2, PasswordHash = "$first" };

        await Store.UpdateAsync(account, first, Ct).Succeeds();
        (await Store.UpdateAsync(account, account with { Username = "second" }, Ct)).FailsWith(ErrorCodes.Conflict);

        Assert.Equal(first, await Store.FindAsync(account.Id, Ct));
    }

    [Fact]
    public async Task A_rehash_replaces_the_hash_only_if_it_is_still_the_old_one()
    {
        var account = await AddAsync();

        await Store.RehashAsync(account.Id, account.PasswordHash, "$new", Ct);
        await Store.RehashAsync(account.Id, account.PasswordHash, "$late", Ct);

        Assert.Equal("$new", (await Store.FindAsync(account.Id, Ct))?.PasswordHash);
    }

    [Fact]
    public async Task A_removed_account_is_gone_and_its_address_free()
    {
        var account = await AddAsync();

        await Store.RemoveAsync(account.Id, Ct).Succeeds();

        Assert.Null(await Store.FindAsync(account.Id, Ct));
        await Store.AddAsync(Some.Account(TimeProvider.System, account.Email), Ct).Succeeds();
    }

    [Fact]
    public async Task An_account_that_owns_a_database_is_not_removed()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();

        (await Store.RemoveAsync(tenant.Id, Ct)).FailsWith(ErrorCodes.Conflict);
        await tenant.Services.Databases.DeleteAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();

        await Store.RemoveAsync(tenant.Id, Ct).Succeeds();
    }

    [Fact]
    public async Task Accounts_survive_a_restart()
    {
        var account = await AddAsync();

        await storage.RestartAsync();

        Assert.Equal(account, await Store.FindAsync(account.Id, Ct));
    }

    private async Task<Account> AddAsync()
    {
        var account = Some.Account(TimeProvider.System);
        await Store.AddAsync(account, Ct).Succeeds();
        return account;
    }
}
