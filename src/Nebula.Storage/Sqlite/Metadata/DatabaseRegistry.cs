using Microsoft.Data.Sqlite;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;

namespace Nebula.Storage.Sqlite.Metadata;

/// <summary>The databases' entries in the metadata. Gives none that is being deleted.</summary>
internal sealed class DatabaseRegistry(MetadataDatabase metadata, TimeProvider clock)
{
    /// <summary>What <see cref="Database.Tables"/> holds while the number is not known.</summary>
    public const int UnknownTables = -1;

    private const string Columns = "database_id, owner_id, db_name, state, tables, created_at, updated_at";

    public ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct) => metadata.ReadAsync(
        c => c.Query($"SELECT {Columns} FROM databases WHERE database_id = $id AND state <> 'deleting'", Map, ("$id", id.Value)).FirstOrDefault(), ct);

    public ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct) => metadata.ReadAsync(
        c => c.Query(
            $"SELECT {Columns} FROM databases WHERE owner_id = $owner AND db_name = $name AND state <> 'deleting'",
            Map, ("$owner", owner.ToString()), ("$name", name.Value)).FirstOrDefault(),
        ct);

    public ValueTask<List<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct) => metadata.ReadAsync(
        c => c.Query(
            $"SELECT {Columns} FROM databases WHERE owner_id = $owner AND state <> 'deleting' ORDER BY database_id LIMIT $limit OFFSET $offset",
            Map, ("$owner", owner.ToString()), ("$limit", limit), ("$offset", offset)),
        ct);

    /// <summary>Fails with database_exists or user_not_found.</summary>
    public async ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, CancellationToken ct)
    {
        try
        {
            return await metadata.WriteAsync(
                c => c.Query(
                    $"INSERT INTO databases (owner_id, db_name, state, created_at, updated_at) VALUES ($owner, $name, 'registered', $now, $now) RETURNING {Columns}",
                    Map, ("$owner", owner.ToString()), ("$name", name.Value), ("$now", Now))[0],
                ct);
        }
        catch (SqliteException e) when (e.IsUniqueViolation())
        {
            return Exists(name);
        }
        catch (SqliteException e) when (e.IsForeignKeyViolation())
        {
            return new Error(ErrorCodes.UserNotFound, "The account was deleted.");
        }
    }

    /// <summary>
    /// Enters a database whose file is ready in the spool, and puts the file in its place, with nobody in between. A crash leaves the file pending, and the start finishes it. Fails
    /// with database_exists or user_not_found.
    /// </summary>
    public async ValueTask<Result<Database>> AddImportedAsync(UserId owner, DatabaseName name, int tables, string file, Action<Database> place, CancellationToken ct)
    {
        try
        {
            return await metadata.RunExclusiveAsync(
                c =>
                {
                    var added = c.Query(
                        $"INSERT INTO databases (owner_id, db_name, state, tables, pending_file, created_at, updated_at) VALUES ($owner, $name, 'created', $tables, $file, $now, $now) RETURNING {Columns}",
                        Map, ("$owner", owner.ToString()), ("$name", name.Value), ("$tables", tables), ("$file", file), ("$now", Now))[0];
                    try
                    {
                        place(added);
                    }
                    catch
                    {
                        c.Execute("DELETE FROM databases WHERE database_id = $id", ("$id", added.Id.Value));
                        throw;
                    }

                    c.Execute("UPDATE databases SET pending_file = NULL WHERE database_id = $id", ("$id", added.Id.Value));
                    return added;
                },
                ct);
        }
        catch (SqliteException e) when (e.IsUniqueViolation())
        {
            return Exists(name);
        }
        catch (SqliteException e) when (e.IsForeignKeyViolation())
        {
            return new Error(ErrorCodes.UserNotFound, "The account was deleted.");
        }
    }

    /// <summary>The databases whose imported file is not in its place yet.</summary>
    public ValueTask<List<(Database Database, string File)>> ListImportingAsync(CancellationToken ct) => metadata.ReadAsync(
        c => c.Query($"SELECT {Columns}, pending_file FROM databases WHERE pending_file IS NOT NULL AND state <> 'deleting'", r => (Map(r), r.GetString(7))), ct);

    public async ValueTask FinishImportAsync(DatabaseId id, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("UPDATE databases SET pending_file = NULL WHERE database_id = $id", ("$id", id.Value)), ct);

    public async ValueTask SetCreatedAsync(DatabaseId id, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("UPDATE databases SET state = 'created' WHERE database_id = $id AND state = 'registered'", ("$id", id.Value)), ct);

    /// <summary>Notes how many tables a database has; null before they change, so that a crash in between leaves no wrong number.</summary>
    public async ValueTask SetTablesAsync(DatabaseId id, int? tables, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("UPDATE databases SET tables = $tables, updated_at = $now WHERE database_id = $id", ("$id", id.Value), ("$tables", tables), ("$now", Now)), ct);

    /// <summary>
    /// Gives a database another name and moves its closed files, with nobody in between. A crash leaves the new name pending, and the start finishes it.
    /// </summary>
    public async ValueTask<Result<Database>> RenameAsync(Database database, DatabaseName name, Action<Database, Database> move, CancellationToken ct) =>
        await metadata.RunExclusiveAsync<Result<Database>>(
            c =>
            {
                var id = ("$id", (object)database.Id.Value);
                if (c.Query($"SELECT {Columns} FROM databases WHERE database_id = $id AND state <> 'deleting'", Map, id).FirstOrDefault() is not { } current)
                    return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
                var taken = c.Query(
                    "SELECT 1 FROM databases WHERE owner_id = $owner AND db_name = $name AND state <> 'deleting' AND database_id <> $id",
                    _ => true, ("$owner", current.OwnerId.ToString()), ("$name", name.Value), id);
                if (taken.Count > 0)
                    return Exists(name);

                c.Execute("UPDATE databases SET pending_name = $name WHERE database_id = $id", id, ("$name", name.Value));
                var renamed = current with { Name = name };
                try
                {
                    move(current, renamed);
                    return FinishRename(c, database.Id);
                }
                catch
                {
                    move(renamed, current);
                    c.Execute("UPDATE databases SET pending_name = NULL WHERE database_id = $id", id);
                    throw;
                }
            },
            ct);

    /// <summary>
    /// Takes a database and its keys out of reach and moves its closed files to its tombstone, with nobody in between: no new one of its name can meet them.
    /// False when it is gone. After a crash before the commit the opener finds the files in the tombstone and moves them back.
    /// </summary>
    public async ValueTask<bool> BeginDeletingAsync(Database database, Action<Database> bury, Action<Database> unearth, CancellationToken ct) =>
        await metadata.RunExclusiveAsync(
            c =>
            {
                using var transaction = c.BeginTransaction(deferred: false);
                var current = c.Query($"SELECT {Columns} FROM databases WHERE database_id = $id AND state <> 'deleting'", Map, ("$id", database.Id.Value)).FirstOrDefault();
                if (current is null)
                    return false;
                c.Execute("UPDATE databases SET state = 'deleting', pending_name = NULL WHERE database_id = $id", ("$id", current.Id.Value));
                c.Execute("DELETE FROM api_keys WHERE database_id = $id", ("$id", current.Id.Value));
                try
                {
                    bury(current);
                    transaction.Commit();
                    return true;
                }
                catch
                {
                    unearth(current);
                    throw;
                }
            },
            ct);

    public async ValueTask EndDeletingAsync(DatabaseId id, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("DELETE FROM databases WHERE database_id = $id AND state = 'deleting'", ("$id", id.Value)), ct);

    /// <summary>What a crash left half-way: databases that are being deleted, and those that are being renamed with their pending name.</summary>
    public ValueTask<List<(Database Database, DatabaseName? Pending)>> ListUnfinishedAsync(CancellationToken ct) => metadata.ReadAsync(
        c => c.Query(
            $"SELECT {Columns}, pending_name FROM databases WHERE state = 'deleting' OR pending_name IS NOT NULL",
            r => (Map(r), r.IsDBNull(7) ? (DatabaseName?)null : Name(r.GetString(7)))),
        ct);

    public async ValueTask FinishRenameAsync(DatabaseId id, CancellationToken ct) => await metadata.RunExclusiveAsync(c => FinishRename(c, id), ct);

    public async ValueTask ForgetRenameAsync(DatabaseId id, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("UPDATE databases SET pending_name = NULL WHERE database_id = $id", ("$id", id.Value)), ct);

    private Database FinishRename(SqliteConnection c, DatabaseId id) => c.Query(
        $"UPDATE databases SET db_name = pending_name, pending_name = NULL, updated_at = $now WHERE database_id = $id RETURNING {Columns}",
        Map, ("$id", id.Value), ("$now", Now))[0];

    private string Now => Timestamps.ToText(clock.GetUtcNow());

    private static Database Map(SqliteDataReader r) => new(
        new DatabaseId(r.GetInt64(0)),
        new UserId(Guid.Parse(r.GetString(1))),
        Name(r.GetString(2)),
        Enum.Parse<DatabaseState>(r.GetString(3), ignoreCase: true),
        r.IsDBNull(4) ? UnknownTables : r.GetInt32(4),
        r.GetTime(5),
        r.GetTime(6));

    private static DatabaseName Name(string text) =>
        DatabaseName.Parse(text).TryGet(out var name, out var error) ? name : throw new InvalidDataException($"The metadata holds a database name that is none: {error.Message}");

    private static Error Exists(DatabaseName name) => new(ErrorCodes.DatabaseExists, $"You have a database '{name}' already.");
}
