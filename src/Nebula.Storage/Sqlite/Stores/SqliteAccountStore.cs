using Microsoft.Data.Sqlite;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Storage.Sqlite.Metadata;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Accounts in the metadata.</summary>
internal sealed class SqliteAccountStore(MetadataDatabase metadata) : IAccountStore
{
    private const string Columns = "user_id, username, email, password_hash, token_version, created_at";

    public ValueTask<Account?> FindAsync(UserId id, CancellationToken ct) => metadata.ReadAsync(
        c => c.Query($"SELECT {Columns} FROM users WHERE user_id = $id", Map, ("$id", id.ToString())).FirstOrDefault(), ct);

    // The exact form first: v0.2 could hold two addresses that differ in case only.
    public ValueTask<Account?> FindByEmailAsync(string email, CancellationToken ct) => metadata.ReadAsync(
        c => c.Query(
            $"SELECT {Columns} FROM users WHERE email_key IN ($key, $exact) ORDER BY email = $email DESC LIMIT 1",
            Map, ("$key", KeyOf(email)), ("$exact", ExactKeyOf(email)), ("$email", email)).FirstOrDefault(),
        ct);

    public async ValueTask<Result<Done>> AddAsync(Account account, CancellationToken ct)
    {
        try
        {
            await metadata.WriteAsync(
                c => c.Execute(
                    $"INSERT INTO users ({Columns}, email_key) VALUES ($id, $username, $email, $hash, $version, $created, $key)",
                    [("$created", Timestamps.ToText(account.CreatedAt)), .. Values(account)]),
                ct);
            return new Done();
        }
        catch (SqliteException e) when (e.IsUniqueViolation())
        {
            return EmailTaken;
        }
    }

    public async ValueTask<Result<Done>> UpdateAsync(Account account, CancellationToken ct)
    {
        try
        {
            // An address that is not changed keeps its key, which may be the exact form.
            var changed = await metadata.WriteAsync(
                c => c.Execute(
                    """
                    UPDATE users SET username = $username, password_hash = $hash, token_version = $version,
                      email_key = CASE WHEN email = $email THEN email_key ELSE $key END, email = $email
                    WHERE user_id = $id
                    """,
                    Values(account)),
                ct);
            return changed == 1 ? new Done() : new Error(ErrorCodes.UserNotFound, "The account was deleted.");
        }
        catch (SqliteException e) when (e.IsUniqueViolation())
        {
            return EmailTaken;
        }
    }

    public async ValueTask RehashAsync(UserId id, string oldHash, string newHash, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute(
            "UPDATE users SET password_hash = $new WHERE user_id = $id AND password_hash = $old", ("$id", id.ToString()), ("$old", oldHash), ("$new", newHash)),
        ct);

    public async ValueTask<Result<Done>> RemoveAsync(UserId id, CancellationToken ct)
    {
        try
        {
            await metadata.WriteAsync(c => c.Execute("DELETE FROM users WHERE user_id = $id", ("$id", id.ToString())), ct);
            return new Done();
        }
        catch (SqliteException e) when (e.IsForeignKeyViolation())
        {
            // One whose deletion could not be finished is not the caller's to delete: deleting again would go round for ever.
            var owned = await metadata.ReadAsync(
                c => c.Query("SELECT 1 FROM databases WHERE owner_id = $id AND state <> 'deleting' LIMIT 1", _ => true, ("$id", id.ToString())), ct);
            return owned.Count > 0 ? new Error(ErrorCodes.Conflict, "The account still owns databases.") : SqliteErrors.Unavailable;
        }
    }

    /// <summary>What an address is unique by.</summary>
    internal static string KeyOf(string email) => email.ToLowerInvariant();

    /// <summary>What the later of two addresses of v0.2 is unique by that differ in case only; no address can be this.</summary>
    internal static string ExactKeyOf(string email) => $"exact {email}";

    private static (string, object?)[] Values(Account account) =>
    [
        ("$id", account.Id.ToString()),
        ("$username", account.Username),
        ("$email", account.Email),
        ("$hash", account.PasswordHash),
        ("$version", account.TokenVersion),
        ("$key", KeyOf(account.Email)),
    ];

    private static Account Map(SqliteDataReader r) =>
        new(new UserId(Guid.Parse(r.GetString(0))), r.GetString(1), r.GetString(2), r.GetString(3), r.GetInt32(4), r.GetTime(5));

    private static Error EmailTaken { get; } = Error.Of(ErrorCodes.EmailTaken, "email", FieldCodes.Unique, "belongs to an account already");
}
