using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Stores;

namespace Nebula.Storage.Upgrade;

/// <summary>
/// Takes over a data directory of v0.2: accounts, databases and keys with their ids. The databases themselves are served as they are. A copy of the old metadata is
/// kept, and everything after that is one transaction: a crash leaves the old metadata or the new.
/// </summary>
internal static class V02Upgrade
{
    private static readonly string[] _tables = ["users", "databases", "api_keys"];

    /// <summary>Runs <paramref name="migrate"/>, and around it the upgrade if the metadata is that of v0.2.</summary>
    public static void RunIfNeeded(SqliteConnection metadata, DataDirectory directory, Action migrate, ILogger logger)
    {
        if (!IsV02(metadata))
        {
            migrate();
            return;
        }

        var snapshot = $"{directory.MetadataPath}.v0.2";
        TakeSnapshot(metadata, snapshot, directory);
        StorageLog.Upgrading(logger, Path.GetFileName(snapshot));

        // Read first and made anew: the new tables have the names of the old ones.
        var users = metadata.Query("SELECT user_id, username, email, password_hash, created_at FROM users ORDER BY rowid", V02User.Read);
        var databases = metadata.Query("SELECT database_id, owner_id, db_name, created_at FROM databases ORDER BY database_id", V02Database.Read);
        var keys = metadata.Query("SELECT api_key_id, api_owner_id, api_database_id, key, created_at FROM api_keys ORDER BY rowid", V02Key.Read);
        metadata.Execute("PRAGMA foreign_keys = OFF");
        using (var transaction = metadata.BeginTransaction(deferred: false))
        {
            foreach (var table in _tables.Reverse())
                metadata.Execute($"DROP TABLE {table}");
            migrate();
            AddUsers(metadata, users, logger);
            AddDatabases(metadata, databases, users, directory, logger);
            AddKeys(metadata, keys, logger);
            transaction.Commit();
        }

        metadata.Execute("PRAGMA foreign_keys = ON");
    }

    private static bool IsV02(SqliteConnection metadata)
    {
        var names = metadata.Query("SELECT name FROM sqlite_schema WHERE type = 'table'", r => r.GetString(0));
        return _tables.All(names.Contains) && !names.Contains("nebula_migrations");
    }

    private static void TakeSnapshot(SqliteConnection metadata, string path, DataDirectory directory)
    {
        // One from an upgrade that was cut short is of the same metadata.
        File.Delete(path);
        metadata.Execute("VACUUM INTO $path", ("$path", path));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Posix.SyncDirectory(directory.Root);
    }

    private static void AddUsers(SqliteConnection metadata, List<V02User> users, ILogger logger)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var user in users)
        {
            var key = SqliteAccountStore.KeyOf(user.Email);
            if (!keys.Add(key))
            {
                key = SqliteAccountStore.ExactKeyOf(user.Email);
                StorageLog.UpgradeNotice(logger, $"account {user.Id} has the e-mail address of another one but for its case; it logs in with the exact address only");
            }

            metadata.Execute(
                "INSERT INTO users (user_id, username, email, email_key, password_hash, created_at) VALUES ($id, $username, $email, $key, $hash, $created)",
                ("$id", user.Id), ("$username", user.Username), ("$email", user.Email), ("$key", key), ("$hash", user.PasswordHash), ("$created", user.CreatedAt));
        }
    }

    private static void AddDatabases(
        SqliteConnection metadata, List<V02Database> databases, List<V02User> users, DataDirectory directory, ILogger logger)
    {
        var names = new HashSet<(string, DatabaseName)>();
        var owners = users.Select(u => u.Id).ToHashSet();
        foreach (var database in databases)
        {
            if (!owners.Contains(database.OwnerId) || !DatabaseName.Parse(database.Name).TryGet(out var name, out _))
            {
                StorageLog.UpgradeNotice(logger, $"database {database.Id} has no owner or no valid name; it is left out, its file stays where it is");
                continue;
            }

            if (!names.Add((database.OwnerId, name)))
                name = RenameFile(directory, database, logger);

            // v0.2 made the file together with the entry; one that is missing is a fault, as ever. Its tables are counted when it is first opened.
            metadata.Execute(
                """
                INSERT INTO databases (database_id, owner_id, db_name, state, tables, created_at, updated_at)
                VALUES ($id, $owner, $name, 'created', NULL, $created, $created)
                """,
                ("$id", database.Id), ("$owner", database.OwnerId), ("$name", name.Value), ("$created", database.CreatedAt));
        }
    }

    /// <summary>Two databases whose names differ in case only: the later one gets its id behind its name.</summary>
    private static DatabaseName RenameFile(DataDirectory directory, V02Database database, ILogger logger)
    {
        var suffix = $"_{database.Id.ToString(CultureInfo.InvariantCulture)}";
        var changed = database.Name[..Math.Min(database.Name.Length, 63 - suffix.Length)] + suffix;
        var folder = Path.Combine(directory.Root, database.OwnerId);
        DataDirectory.Move(Path.Combine(folder, $"{database.Name}.db"), Path.Combine(folder, $"{changed}.db"));
        StorageLog.UpgradeNotice(logger, $"database {database.Id} has the name of another one but for its case; it is now named {changed}");
        return DatabaseName.Parse(changed).TryGet(out var name, out var error) ? name : throw new InvalidDataException(error.Message);
    }

    private static void AddKeys(SqliteConnection metadata, List<V02Key> keys, ILogger logger)
    {
        foreach (var key in keys)
        {
            try
            {
                var hash = ApiKeyText.Hash(key.Text);
                var added = metadata.Execute(
                    """
                    INSERT INTO api_keys (key_id, database_id, name, prefix, lookup_key, secret_hash, scopes, created_at)
                    SELECT $id, database_id, $name, $prefix, $lookup, $hash, $scopes, $created FROM databases WHERE database_id = $database
                    """,
                    ("$id", key.Id), ("$database", key.DatabaseId), ("$name", ApiKey.DefaultName), ("$prefix", ApiKeyText.PrefixOf(key.Text)),
                    ("$lookup", ApiKeyText.LookupKeyOf(key.Text, hash)), ("$hash", hash), ("$scopes", (int)Scopes.All), ("$created", key.CreatedAt));
                if (added == 0)
                    StorageLog.UpgradeNotice(logger, $"API key {key.Id} belongs to no database; it is left out");
            }
            catch (SqliteException e) when (e.SqliteErrorCode == ResultCodes.Constraint)
            {
                StorageLog.UpgradeNotice(logger, $"API key {key.Id} is a second one of its database or the same as another; it is left out");
            }
        }
    }

    private static string Time(SqliteDataReader r, int column) =>
        Timestamps.ToText(!r.IsDBNull(column) && Timestamps.TryParse(r.GetString(column), out var time) ? time : DateTimeOffset.UnixEpoch);

    private sealed record V02User(string Id, string Username, string Email, string PasswordHash, string CreatedAt)
    {
        public static V02User Read(SqliteDataReader r) =>
            new(Guid.Parse(r.GetString(0)).ToString("D"), r.GetString(1), r.GetString(2), r.GetString(3), Time(r, 4));
    }

    private sealed record V02Database(long Id, string OwnerId, string Name, string CreatedAt)
    {
        public static V02Database Read(SqliteDataReader r) => new(r.GetInt64(0), Guid.TryParse(r.GetString(1), out var owner) ? owner.ToString("D") : "", r.GetString(2), Time(r, 3));
    }

    private sealed record V02Key(string Id, long DatabaseId, string Text, string CreatedAt)
    {
        public static V02Key Read(SqliteDataReader r) => new(r.GetString(0), r.GetInt64(2), r.GetString(3), Time(r, 4));
    }
}
