using System.Data.Common;
using Nebula.Core;
using Nebula.Core.Accounts;

namespace Nebula.Storage.Metadata;

/// <summary>Accounts in the metadata.</summary>
internal sealed class AccountStore(IMetadata metadata) : IAccountStore
{
    private const string Columns = "user_id, username, email, password_hash, token_version, created_at";

    private readonly string _users = metadata.Table("users");

    public ValueTask<Account?> FindAsync(UserId id, CancellationToken ct) => metadata.ReadAsync(
        s => s.FindAsync($"SELECT {Columns} FROM {_users} WHERE user_id = @id", Map, ("@id", id.ToString())), ct);

    // The exact form first: v0.2 could hold two addresses that differ in case only.
    public ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct) => email.Contains('\0', StringComparison.Ordinal) // no address, and none that PostgreSQL could look up
        ? new((Account?)null)
        : metadata.ReadAsync(
            s => s.FindAsync(
                $"SELECT {Columns} FROM {_users} WHERE email_key IN (@key, @exact) ORDER BY CASE WHEN email = @email THEN 0 ELSE 1 END LIMIT 1",
                Map, ("@key", KeyOf(email)), ("@exact", ExactKeyOf(email)), ("@email", email)),
            ct);

    public async ValueTask<Result<Done>> AddAsync(Account account, CancellationToken ct)
    {
        try
        {
            await metadata.WriteAsync(
                s => s.ExecuteAsync(
                    $"INSERT INTO {_users} ({Columns}, email_key) VALUES (@id, @username, @email, @hash, @version, @created, @key)",
                    [("@created", Timestamps.ToText(account.CreatedAt)), .. Values(account)]),
                ct);
            return new Done();
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.Unique)
        {
            return EmailTaken;
        }
    }

    public async ValueTask<Result<Done>> UpdateAsync(Account current, Account changed, CancellationToken ct)
    {
        try
        {
            // An address that is not changed keeps its key, which may be the exact form.
            var count = await metadata.WriteAsync(
                s => s.ExecuteAsync(
                    $"""
                    UPDATE {_users} SET username = @username, password_hash = @hash, token_version = @version,
                      email_key = CASE WHEN email = @email THEN email_key ELSE @key END, email = @email
                    WHERE user_id = @id AND username = @old_username AND email = @old_email AND password_hash = @old_hash AND token_version = @old_version
                    """,
                    [("@old_username", current.Username), ("@old_email", current.Email), ("@old_hash", current.PasswordHash), ("@old_version", current.TokenVersion), .. Values(changed)]),
                ct);
            if (count == 1)
                return new Done();
            return await FindAsync(changed.Id, ct) is null ? new Error(ErrorCodes.UserNotFound, "The account was deleted.") : ChangedMeanwhile;
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.Unique)
        {
            return EmailTaken;
        }
    }

    public async ValueTask RehashAsync(UserId id, string oldHash, string newHash, CancellationToken ct) => await metadata.WriteAsync(
        s => s.ExecuteAsync(
            $"UPDATE {_users} SET password_hash = @new WHERE user_id = @id AND password_hash = @old", ("@id", id.ToString()), ("@old", oldHash), ("@new", newHash)),
        ct);

    public async ValueTask<Result<Done>> RemoveAsync(UserId id, CancellationToken ct)
    {
        try
        {
            await metadata.WriteAsync(
                async s =>
                {
                    await s.ExecuteAsync($"DELETE FROM {metadata.Table("quotas")} WHERE user_id = @id", ("@id", id.ToString()));
                    return await s.ExecuteAsync($"DELETE FROM {_users} WHERE user_id = @id", ("@id", id.ToString()));
                },
                ct);
            return new Done();
        }
        catch (ConstraintException e) when (e.Kind == ConstraintKind.ForeignKey)
        {
            // One whose deletion could not be finished is not the caller's to delete: deleting again would go round for ever.
            var owned = await metadata.ReadAsync(
                s => s.QueryAsync($"SELECT 1 FROM {metadata.Table("databases")} WHERE owner_id = @id AND state <> 'deleting' LIMIT 1", _ => true, ("@id", id.ToString())), ct);
            return owned.Count > 0
                ? new Error(ErrorCodes.Conflict, "The account still owns databases.")
                : StorageErrors.Unavailable;
        }
    }

    /// <summary>What an address is unique by.</summary>
    internal static string KeyOf(string email) => email.ToLowerInvariant();

    /// <summary>What the later of two addresses of v0.2 is unique by that differ in case only; no address can be this.</summary>
    internal static string ExactKeyOf(string email) => $"exact {email}";

    private static (string, object?)[] Values(Account account) =>
    [
        ("@id", account.Id.ToString()),
        ("@username", account.Username),
        ("@email", account.Email),
        ("@hash", account.PasswordHash),
        ("@version", account.TokenVersion),
        ("@key", KeyOf(account.Email)),
    ];

    private static Account Map(DbDataReader r) =>
        new(new UserId(Guid.Parse(r.GetString(0))), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt32(4), r.GetTime(5));

    private static Error EmailTaken { get; } = Error.Of(ErrorCodes.EmailTaken, "email", FieldCodes.Unique, "belongs to an account already");

    private static Error ChangedMeanwhile { get; } = new(ErrorCodes.Conflict, "The account was changed by another request meanwhile.") { Hint = "Send the request again." };
}
