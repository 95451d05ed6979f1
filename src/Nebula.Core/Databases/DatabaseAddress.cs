using Nebula.Core.Accounts;

namespace Nebula.Core.Databases;

/// <summary>How an operator names a database: its owner's e-mail address, a slash, and its name, as in <c>ada@example.org/shop</c>.</summary>
public sealed record DatabaseAddress(string Email, DatabaseName Name)
{
    /// <summary>Fails with invalid_parameter or invalid_name.</summary>
    public static Result<DatabaseAddress> Parse(string text)
    {
        var slash = text.LastIndexOf('/');
        if (slash <= 0)
            return new Error(ErrorCodes.InvalidParameter, "A database is named by its owner's e-mail address and its name, as in ada@example.org/shop.");
        return DatabaseName.Parse(text[(slash + 1)..]).TryGet(out var name, out var error) ? new DatabaseAddress(text[..slash], name) : error;
    }

    /// <summary>Fails with user_not_found.</summary>
    public async ValueTask<Result<Account>> FindOwnerAsync(IAccountStore accounts, CancellationToken ct) =>
        await accounts.FindByEmailAsync(Email, ct) is { } account ? account : new Error(ErrorCodes.UserNotFound, $"There is no account '{Excerpt.Of(Email)}'.");

    /// <summary>The database and its owner. Fails with user_not_found or database_not_found.</summary>
    public async ValueTask<Result<(Account Owner, Database Database)>> FindAsync(IAccountStore accounts, IDatabaseStore databases, CancellationToken ct)
    {
        if (!(await FindOwnerAsync(accounts, ct)).TryGet(out var owner, out var error))
            return error;
        return await databases.FindAsync(owner.Id, Name, ct) is { } found ? (owner, found) : new Error(ErrorCodes.DatabaseNotFound, $"The account has no database '{Name}'.");
    }
}
