namespace Nebula.Core.Accounts;

/// <summary>Keeps accounts. Every write is durable when its task completes. Thread-safe.</summary>
public interface IAccountStore
{
    ValueTask<Account?> FindAsync(UserId id, CancellationToken ct);

    /// <summary>Finds by e-mail address, compared without case.</summary>
    ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct);

    /// <summary>Fails with email_taken.</summary>
    ValueTask<Result<Done>> AddAsync(Account account, CancellationToken ct);

    /// <summary>
    /// Replaces user name, address, password hash and token version of an account that is still what <paramref name="current"/> says. Fails with email_taken, user_not_found, or with
    /// conflict when somebody changed it since, also another server.
    /// </summary>
    ValueTask<Result<Done>> UpdateAsync(Account current, Account changed, CancellationToken ct);

    /// <summary>Replaces a hash by one of the same password, if the account still has <paramref name="oldHash"/>.</summary>
    ValueTask RehashAsync(UserId id, string oldHash, string newHash, CancellationToken ct);

    /// <summary>Removes an account that owns no databases any more. Fails with conflict while it still owns one.</summary>
    ValueTask<Result<Done>> RemoveAsync(UserId id, CancellationToken ct);
}
