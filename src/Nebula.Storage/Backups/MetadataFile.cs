using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Metadata;
using Nebula.Storage.Migrations;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Metadata;

namespace Nebula.Storage.Backups;

/// <summary>The metadata of a backup: a SQLite file with the schema of the migrations for SQLite, whatever the engine. Methods throw <see cref="SqliteException"/> for a file that is none.</summary>
internal static class MetadataFile
{
    private const string Migrations = "nebula_migrations";

    /// <summary>What tells of work that is under way on the servers of now.</summary>
    private static readonly string[] _underWay = ["moves", "branches", "backups_under_way"];

    /// <summary>Makes an empty one.</summary>
    public static void Create(string path, TimeProvider clock, ILogger logger) => Migrate(path, SqliteOpenMode.ReadWriteCreate, clock, logger);

    /// <summary>Brings one that an older Nebula wrote up to date. Throws <see cref="MigrationException"/> for one of a newer.</summary>
    public static void Upgrade(string path, TimeProvider clock, ILogger logger) => Migrate(path, SqliteOpenMode.ReadWrite, clock, logger);

    /// <summary>Throws <see cref="UnreadableBackupException"/>, with its name, for the first table or column of an upgraded one that the migrations do not make.</summary>
    public static void CheckSchema(string path, TimeProvider clock, ILogger logger)
    {
        using var empty = Open(":memory:", SqliteOpenMode.Memory);
        Migrate(empty, clock, logger);
        var known = ListTables(empty, "main").ToDictionary(t => t.Name, t => t.Columns, StringComparer.Ordinal);
        using var file = Open(path, SqliteOpenMode.ReadOnly);
        foreach (var table in ListTables(file, "main"))
        {
            if (!known.TryGetValue(table.Name, out var columns))
                throw new UnreadableBackupException($"The metadata of the backup has a table '{Excerpt.Of(table.Name)}', which no Nebula has.");
            if (table.Columns.FirstOrDefault(c => !columns.Contains(c)) is { } column)
                throw new UnreadableBackupException($"The metadata of the backup has a column '{Excerpt.Of(column)}' in '{table.Name}', which no Nebula has.");
        }
    }

    /// <summary>Leaves out what was under way when a copy was made, and makes one file of it.</summary>
    public static void Finish(string path)
    {
        using var file = Open(path, SqliteOpenMode.ReadWrite);
        file.Execute("PRAGMA journal_mode = DELETE");
        file.Execute("PRAGMA secure_delete = ON");
        foreach (var table in _underWay)
            file.Execute($"DELETE FROM {table}");
        file.Execute("DELETE FROM databases WHERE state = 'deleting'");
        file.Execute("UPDATE databases SET pending_name = NULL, pending_file = NULL WHERE pending_name IS NOT NULL OR pending_file IS NOT NULL");
    }

    /// <summary>The databases that have data.</summary>
    public static IReadOnlyList<BackupEntry> ListCreated(string path)
    {
        using var file = Open(path, SqliteOpenMode.ReadOnly);
        return file.Query(
            "SELECT database_id, owner_id, email, db_name FROM databases JOIN users ON user_id = owner_id WHERE state = 'created' ORDER BY database_id",
            r => new BackupEntry(new DatabaseId(r.GetInt64(0)), new UserId(Guid.Parse(r.GetString(1))), r.GetString(2), RegisteredDatabases.NameOf(r.GetString(3))));
    }

    /// <summary>The entries of the databases whose data are there.</summary>
    public static IReadOnlyList<Database> ListDatabases(string path)
    {
        using var file = Open(path, SqliteOpenMode.ReadOnly);
        return file.Query($"SELECT {RegisteredDatabases.Columns} FROM databases WHERE state = 'created' ORDER BY database_id", RegisteredDatabases.Map);
    }

    /// <summary>Puts all databases in one placement, and leaves out those that have data which were not backed up.</summary>
    public static void Settle(string path, PlacementName placement, IReadOnlySet<DatabaseId> backedUp)
    {
        using var file = Open(path, SqliteOpenMode.ReadWrite);
        using var transaction = file.BeginTransaction();
        foreach (var id in file.Query("SELECT database_id FROM databases WHERE state = 'created'", r => new DatabaseId(r.GetInt64(0))).Where(id => !backedUp.Contains(id)))
        {
            file.Execute("DELETE FROM api_keys WHERE database_id = $id", ("$id", id.Value));
            file.Execute("DELETE FROM databases WHERE database_id = $id", ("$id", id.Value));
        }

        file.Execute("UPDATE databases SET placement = $placement", ("$placement", placement.Value));
        transaction.Commit();
    }

    /// <summary>
    /// Lets the numbers of new databases go on behind one that its owner has backups of: it was made after these metadata were saved, and a new one of its number would be shown with its backups.
    /// </summary>
    public static void NumberAfter(string path, DatabaseId last)
    {
        using var file = Open(path, SqliteOpenMode.ReadWrite);
        if (file.Query("UPDATE sqlite_sequence SET seq = max(seq, $last) WHERE name = 'databases' RETURNING seq", r => r.GetInt64(0), ("$last", last.Value)).Count == 0)
            file.Execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('databases', $last)", ("$last", last.Value));
    }

    /// <summary>The tables with their columns, those first that others refer to.</summary>
    /// <param name="schema">As the connection names the file.</param>
    public static IReadOnlyList<MetadataTable> ListTables(SqliteConnection connection, string schema)
    {
        var names = connection.Query($"SELECT name FROM {schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name", r => r.GetString(0))
            .Where(name => name != Migrations && !_underWay.Contains(name)).ToList();
        var ordered = new List<string>();
        foreach (var name in names)
            Visit(name);
        return [.. ordered.Select(Describe)];

        MetadataTable Describe(string name)
        {
            var columns = connection.Query("SELECT name FROM pragma_table_info($table, $schema)", r => r.GetString(0), ("$table", name), ("$schema", schema));
            var hasRowId = connection.Query("SELECT wr = 0 FROM pragma_table_list WHERE schema = $schema AND name = $table", r => r.GetBoolean(0), ("$schema", schema), ("$table", name))[0];
            return new MetadataTable(name, columns, hasRowId ? "rowid" : Identifier.Quote(columns[0]));
        }

        void Visit(string name)
        {
            if (ordered.Contains(name))
                return;
            foreach (var parent in connection.Query("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($table, $schema)", r => r.GetString(0), ("$table", name), ("$schema", schema)))
            {
                if (parent != name && names.Contains(parent))
                    Visit(parent);
            }

            ordered.Add(name);
        }
    }

    public static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = mode, ForeignKeys = true }.ToString());
        try
        {
            connection.Open();
            connection.Execute("PRAGMA trusted_schema = OFF");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Migrate(string path, SqliteOpenMode mode, TimeProvider clock, ILogger logger)
    {
        using var file = Open(path, mode);
        Migrate(file, clock, logger);
    }

    private static void Migrate(SqliteConnection file, TimeProvider clock, ILogger logger) => MigrationRunner.Run(file, MigrationSql.Sqlite, Migration.All("Sqlite"), clock, logger);
}
