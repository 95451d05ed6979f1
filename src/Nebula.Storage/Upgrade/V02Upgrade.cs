using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Storage.Files;
using Nebula.Storage.Metadata;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Upgrade;

/// <summary>
/// Takes over a data directory of v0.2: accounts, databases and keys with their ids. The databases themselves are served as they are. A copy of the old metadata is
/// kept, and everything after that is one transaction: a crash leaves the old metadata or the new.
/// </summary>
internal static class V02Upgrade
{
    private static readonly string[] _tables = ["users", "databases", "api_keys"];

    private static IEqualityComparer<(string OwnerId, string Name)> NameComparer { get; } = EqualityComparer<(string OwnerId, string Name)>.Create(
        (a, b) => a.OwnerId == b.OwnerId && a.Name.Equals(b.Name, StringComparison.OrdinalIgnoreCase),
        name => HashCode.Combine(name.OwnerId, name.Name.GetHashCode(StringComparison.OrdinalIgnoreCase)));

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
        metadata.Query("PRAGMA secure_delete = ON", _ => true); // the old keys are not to stay behind in pages that are free
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
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // from the first byte on
        new FileStream(path, options).Dispose();
        metadata.Execute("VACUUM INTO $path", ("$path", path)); // takes a file that is empty
        Posix.SyncDirectory(directory.Root);
    }

    private static void AddUsers(SqliteConnection metadata, List<V02User> users, ILogger logger)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var user in users)
        {
            if (!Guid.TryParse(user.Id, out _))
            {
                StorageLog.UpgradeNotice(logger, $"account {user.Id} has no valid id; it is left out");
                continue;
            }

            var key = AccountStore.KeyOf(user.Email);
            if (!keys.Add(key))
            {
                key = AccountStore.ExactKeyOf(user.Email);
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
        var used = new HashSet<(string, DatabaseName)>();
        var wanted = databases.Select(d => (d.OwnerId, d.Name)).ToHashSet(NameComparer);
        var owners = users.Select(u => u.Id).ToHashSet();
        foreach (var database in databases)
        {
            if (!owners.Contains(database.OwnerId) || !DatabaseName.Parse(database.Name).TryGet(out var name, out _))
            {
                StorageLog.UpgradeNotice(logger, $"database {database.Id} has no owner or no valid name; it is left out, its file stays where it is");
                continue;
            }

            var folder = Path.Combine(directory.Root, database.OwnerId);
            if (!used.Add((database.OwnerId, name)))
            {
                name = FreeName(database, wanted);
                DataDirectory.Move(Path.Combine(folder, $"{database.Name}.db"), Path.Combine(folder, $"{name}.db"));
                StorageLog.UpgradeNotice(logger, $"database {database.Id} has the name of another one but for its case; it is now named {name}");
            }

            // v0.2 made the file together with the entry, and wrote into it with the first table; one that is missing is a fault, as ever. The tables are
            // counted when it is first opened.
            var isEmpty = new FileInfo(Path.Combine(folder, $"{name}.db")) is { Exists: true, Length: 0 };
            metadata.Execute(
                """
                INSERT INTO databases (database_id, owner_id, db_name, state, tables, created_at, updated_at)
                VALUES ($id, $owner, $name, $state, $tables, $created, $created)
                """,
                ("$id", database.Id), ("$owner", database.OwnerId), ("$name", name.Value), ("$state", isEmpty ? "registered" : "created"),
                ("$tables", isEmpty ? 0 : null), ("$created", database.CreatedAt));
        }
    }

    /// <summary>
    /// A name for a database whose own differs from another's in case only: with its id behind it. Made of the old metadata alone, so that an upgrade that was
    /// cut short finds the same one again.
    /// </summary>
    private static DatabaseName FreeName(V02Database database, HashSet<(string OwnerId, string Name)> wanted)
    {
        for (var attempt = 1; ; attempt++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"_{database.Id}{(attempt == 1 ? "" : $"_{attempt}")}");
            var changed = database.Name[..Math.Min(database.Name.Length, 63 - suffix.Length)] + suffix;
            if (wanted.Add((database.OwnerId, changed)) && DatabaseName.Parse(changed).TryGet(out var name, out _))
                return name;
        }
    }

    private static void AddKeys(SqliteConnection metadata, List<V02Key> keys, ILogger logger)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var key in keys)
        {
            if (!ApiKeyText.TryHash(key.Text, hash))
            {
                StorageLog.UpgradeNotice(logger, $"API key {key.Id} is empty or too long to be sent; it is left out");
                continue;
            }

            try
            {
                var added = metadata.Execute(
                    """
                    INSERT INTO api_keys (key_id, database_id, name, prefix, lookup_key, secret_hash, scopes, created_at)
                    SELECT $id, database_id, $name, $prefix, $lookup, $hash, $scopes, $created FROM databases WHERE database_id = $database
                    """,
                    ("$id", key.Id), ("$database", key.DatabaseId), ("$name", ApiKey.DefaultName), ("$prefix", ApiKeyText.PrefixOf(key.Text)),
                    ("$lookup", ApiKeyText.LookupKeyOf(key.Text, hash)), ("$hash", hash.ToArray()), ("$scopes", (int)Scopes.All), ("$created", key.CreatedAt));
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
            new(Guid.TryParse(r.GetString(0), out var id) ? id.ToString("D") : r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), Time(r, 4));
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
