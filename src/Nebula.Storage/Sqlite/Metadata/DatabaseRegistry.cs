using Microsoft.Data.Sqlite;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Metadata;
using Nebula.Storage.Moving;

namespace Nebula.Storage.Sqlite.Metadata;

/// <summary>The databases' entries in the metadata, with what only databases in files need. Gives none that is being deleted.</summary>
internal sealed class DatabaseRegistry(MetadataDatabase metadata, IReadOnlyList<PlacementName> forNew, TimeProvider clock)
{
    private const string Columns = RegisteredDatabases.Columns;

    private readonly RegisteredDatabases _entries = new(metadata, forNew, clock);

    public ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct) => _entries.FindAsync(id, ct);

    public ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct) => _entries.FindAsync(owner, name, ct);

    public ValueTask<List<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct) => _entries.ListAsync(owner, limit, offset, ct);

    /// <summary>Fails with database_exists, quota_exceeded or user_not_found.</summary>
    public ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, CancellationToken ct) => _entries.AddAsync(owner, name, most, ct);

    public ValueTask<long> CountAsync(UserId owner, CancellationToken ct) => _entries.CountAsync(owner, ct);

    /// <summary>
    /// Enters a database whose file is ready in the spool, and puts the file in its place, with nobody in between. A crash leaves the file pending, and the start finishes it. Fails
    /// with database_exists, quota_exceeded or user_not_found.
    /// </summary>
    /// <param name="id">One that was taken for it; null for the next.</param>
    /// <param name="most">How many databases the owner may have; null for any number.</param>
    public async ValueTask<Result<Database>> AddImportedAsync(UserId owner, DatabaseId? id, DatabaseName name, long? most, int tables, string file, Action<Database> place, CancellationToken ct)
    {
        try
        {
            return await metadata.RunExclusiveAsync<Result<Database>>(
                c =>
                {
                    if (DatabaseCount.Excess(c.Query(DatabaseCount.Sql("databases"), r => r.GetInt64(0), ("@owner", owner.ToString()))[0], most) is { } excess)
                        return excess;
                    var added = c.Query(
                        $"INSERT INTO databases (database_id, owner_id, db_name, state, tables, pending_file, created_at, updated_at) VALUES ($id, $owner, $name, 'created', $tables, $file, $now, $now) RETURNING {Columns}",
                        RegisteredDatabases.Map, ("$id", id?.Value), ("$owner", owner.ToString()), ("$name", name.Value), ("$tables", tables), ("$file", file), ("$now", Now))[0];
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
            return RegisteredDatabases.Exists(name);
        }
        catch (SqliteException e) when (e.IsForeignKeyViolation())
        {
            return RegisteredDatabases.OwnerGone;
        }
    }

    /// <summary>
    /// Puts a file that is ready in the spool in the place of a database's closed one, with nobody in between. A crash leaves the file pending, and the start finishes it. Fails with database_not_found, or with conflict when
    /// its data are not here.
    /// </summary>
    public async ValueTask<Result<Database>> ReplaceAsync(DatabaseId id, int tables, string file, Action<Database> place, CancellationToken ct) => await metadata.RunExclusiveAsync<Result<Database>>(
        c =>
        {
            if (c.Query($"SELECT {Columns} FROM databases WHERE database_id = $id AND state <> 'deleting'", RegisteredDatabases.Map, ("$id", id.Value)).FirstOrDefault() is not { } current)
                return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
            if (current.Placement != PlacementName.Sqlite)
                return RegisteredDatabases.Elsewhere(current);
            c.Execute("UPDATE databases SET state = 'created', tables = NULL, pending_file = $file WHERE database_id = $id", ("$id", id.Value), ("$file", file));
            try
            {
                place(current);
            }
            catch
            {
                c.Execute(
                    "UPDATE databases SET state = $state, tables = $tables, pending_file = NULL WHERE database_id = $id",
                    ("$id", id.Value), ("$state", current.State == DatabaseState.Registered ? "registered" : "created"), ("$tables", current.Tables == RegisteredDatabases.UnknownTables ? null : current.Tables));
                throw;
            }

            return c.Query(
                $"UPDATE databases SET tables = $tables, pending_file = NULL, updated_at = $now WHERE database_id = $id RETURNING {Columns}",
                RegisteredDatabases.Map, ("$id", id.Value), ("$tables", tables), ("$now", Now))[0];
        },
        ct);

    /// <summary>The next databases in order whose data are in a file.</summary>
    /// <param name="after">The last one before them.</param>
    public ValueTask<List<Database>> ListFilesAsync(DatabaseId after, int limit, CancellationToken ct) => metadata.ReadAsync(
        c => c.Query(
            $"SELECT {Columns} FROM databases WHERE database_id > $after AND state = 'created' AND placement = $placement ORDER BY database_id LIMIT $limit",
            RegisteredDatabases.Map, ("$after", after.Value), ("$placement", PlacementName.Sqlite.Value), ("$limit", limit)),
        ct);

    /// <summary>The databases whose imported file is not in its place yet.</summary>
    public ValueTask<List<(Database Database, string File)>> ListImportingAsync(CancellationToken ct) => metadata.ReadAsync(
        c => c.Query($"SELECT {Columns}, pending_file FROM databases WHERE pending_file IS NOT NULL AND state <> 'deleting'", r => (RegisteredDatabases.Map(r), r.GetString(8))), ct);

    public async ValueTask FinishImportAsync(DatabaseId id, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("UPDATE databases SET pending_file = NULL WHERE database_id = $id", ("$id", id.Value)), ct);

    public async ValueTask SetCreatedAsync(DatabaseId id, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("UPDATE databases SET state = 'created' WHERE database_id = $id AND state = 'registered'", ("$id", id.Value)), ct);

    /// <summary>Notes how many tables a database has; null before they change, so that a crash in between leaves no wrong number.</summary>
    public async ValueTask SetTablesAsync(DatabaseId id, int? tables, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("UPDATE databases SET tables = $tables, updated_at = $now WHERE database_id = $id", ("$id", id.Value), ("$tables", tables), ("$now", Now)), ct);

    /// <summary>
    /// Gives a database another name and moves its closed files, with nobody in between. A crash leaves the new name pending, and the start finishes it. Fails with database_exists, database_not_found,
    /// or busy while its data are being moved.
    /// </summary>
    public async ValueTask<Result<Database>> RenameAsync(Database database, DatabaseName name, Action<Database, Database> move, CancellationToken ct) =>
        await metadata.RunExclusiveAsync<Result<Database>>(
            c =>
            {
                var id = ("$id", (object)database.Id.Value);
                if (c.Query($"SELECT {Columns} FROM databases WHERE database_id = $id AND state <> 'deleting'", RegisteredDatabases.Map, id).FirstOrDefault() is not { } current)
                    return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
                if (IsBeingMoved(c, database.Id))
                    return MoveRegistry.Busy;
                var taken = c.Query(
                    "SELECT 1 FROM databases WHERE owner_id = $owner AND db_name = $name AND state <> 'deleting' AND database_id <> $id",
                    _ => true, ("$owner", current.OwnerId.ToString()), ("$name", name.Value), id);
                if (taken.Count > 0)
                    return RegisteredDatabases.Exists(name);

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
    /// After a crash before the commit the opener finds the files in the tombstone and moves them back. Fails with database_not_found, or busy while its data are being moved.
    /// </summary>
    public async ValueTask<Result<Done>> BeginDeletingAsync(Database database, Action<Database> bury, Action<Database> unearth, CancellationToken ct) =>
        await metadata.RunExclusiveAsync<Result<Done>>(
            c =>
            {
                using var transaction = c.BeginTransaction(deferred: false);
                var current = c.Query($"SELECT {Columns} FROM databases WHERE database_id = $id AND state <> 'deleting'", RegisteredDatabases.Map, ("$id", database.Id.Value)).FirstOrDefault();
                if (current is null)
                    return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted already.");
                if (IsBeingMoved(c, current.Id))
                    return MoveRegistry.Busy;
                c.Execute("UPDATE databases SET state = 'deleting', pending_name = NULL WHERE database_id = $id", ("$id", current.Id.Value));
                c.Execute("DELETE FROM api_keys WHERE database_id = $id", ("$id", current.Id.Value));
                try
                {
                    bury(current);
                    transaction.Commit();
                    return new Done();
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
            r => (RegisteredDatabases.Map(r), r.IsDBNull(8) ? (DatabaseName?)null : RegisteredDatabases.NameOf(r.GetString(8)))),
        ct);

    public async ValueTask FinishRenameAsync(DatabaseId id, CancellationToken ct) => await metadata.RunExclusiveAsync(c => FinishRename(c, id), ct);

    public async ValueTask ForgetRenameAsync(DatabaseId id, CancellationToken ct) => await metadata.WriteAsync(
        c => c.Execute("UPDATE databases SET pending_name = NULL WHERE database_id = $id", ("$id", id.Value)), ct);

    private Database FinishRename(SqliteConnection c, DatabaseId id) => c.Query(
        $"UPDATE databases SET db_name = pending_name, pending_name = NULL, updated_at = $now WHERE database_id = $id RETURNING {Columns}",
        RegisteredDatabases.Map, ("$id", id.Value), ("$now", Now))[0];

    /// <summary>A move begins in a transaction of the metadata too. A removal's own note is no move.</summary>
    private static bool IsBeingMoved(SqliteConnection c, DatabaseId id) =>
        c.Query($"SELECT 1 FROM moves WHERE database_id = $id AND stage <> '{MoveRegistry.Removing}'", _ => true, ("$id", id.Value)).Count > 0;

    private string Now => Timestamps.ToText(clock.GetUtcNow());
}
