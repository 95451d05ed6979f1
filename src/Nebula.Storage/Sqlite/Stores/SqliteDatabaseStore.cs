using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Metadata;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Pool;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Databases as files: their entries in the metadata, and their life from the first use to the tombstone.</summary>
internal sealed class SqliteDatabaseStore(
    DatabaseRegistry registry, DatabasePool pool, Quarantine quarantine, DataDirectory directory, ILogger<SqliteDatabaseStore> logger) : IDatabaseStore
{
    public ValueTask<Database?> FindAsync(UserId owner, DatabaseName name, CancellationToken ct) => registry.FindAsync(owner, name, ct);

    public async ValueTask<Database?> FindAsync(DatabaseId id, CancellationToken ct) =>
        await registry.FindAsync(id, ct) is { } database ? await WithTablesAsync(database, ct) : null;

    public async ValueTask<IReadOnlyList<Database>> ListAsync(UserId owner, int limit, int offset, CancellationToken ct)
    {
        var databases = await registry.ListAsync(owner, limit, offset, ct);
        for (var i = 0; i < databases.Count; i++)
            databases[i] = await WithTablesAsync(databases[i], ct);
        return databases;
    }

    public ValueTask<Result<Database>> AddAsync(UserId owner, DatabaseName name, long? most, CancellationToken ct) => registry.AddAsync(owner, name, most, ct);

    public ValueTask<long> CountAsync(UserId owner, CancellationToken ct) => registry.CountAsync(owner, ct);

    public async ValueTask<Result<Database>> RenameAsync(Database database, DatabaseName name, CancellationToken ct)
    {
        if (!(await pool.HoldAsync(database.Id, ct)).TryGet(out var hold, out var error))
            return error;
        Result<Database> renamed;
        using (hold)
            renamed = await registry.RenameAsync(database, name, MoveFiles, ct);
        return renamed.TryGet(out var result, out error) ? await WithTablesAsync(result, ct) : error;
    }

    public async ValueTask<Result<Done>> RemoveAsync(Database database, CancellationToken ct)
    {
        if (!(await pool.HoldAsync(database.Id, ct)).TryGet(out var hold, out var error))
            return error;
        using (hold)
        {
            if (!(await registry.BeginDeletingAsync(database, Bury, Unearth, ct)).TryGet(out _, out error))
                return error;

            // Out of reach for good from here on: what a crash or a leaving client cuts short, the next start finishes.
            DataDirectory.Remove(directory.TombstoneOf(database));
            await registry.EndDeletingAsync(database.Id, CancellationToken.None);
            quarantine.Remove(database.Id);
            return new Done();
        }
    }

    public ValueTask<long> GetSizeAsync(Database database, CancellationToken ct) => new(DataDirectory.SizeOf(directory.PathOf(database)));

    public async ValueTask<long?> GetUsedAsync(Database database, CancellationToken ct)
    {
        if (!(await pool.LeaseAsync(database.Id, ct)).TryGet(out var lease, out _))
            return null;
        using (lease)
        {
            var open = lease.Database;
            if (!(await open.RentReaderAsync(ct)).TryGet(out var reader, out _))
                return null;
            try
            {
                return (reader.ExecuteInteger("PRAGMA page_count") - reader.ExecuteInteger("PRAGMA freelist_count")) * reader.ExecuteInteger("PRAGMA page_size");
            }
            catch (SqliteFaultException e)
            {
                if (SqliteErrors.IsCorruption(e.Code) || SqliteErrors.IsInputOutput(e.Code))
                    open.Break(e);
                return null;
            }
            finally
            {
                open.ReturnReader(reader);
            }
        }
    }

    /// <summary>Finishes at the start what a crash left half-way.</summary>
    public async ValueTask RecoverAsync(CancellationToken ct)
    {
        foreach (var (database, pending) in await registry.ListUnfinishedAsync(ct))
        {
            try
            {
                if (database.State == DatabaseState.Deleting)
                    await FinishDeletingAsync(database, ct);
                else if (pending is { } name)
                    await FinishRenamingAsync(database, name, ct);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The others are to be served all the same.
                StorageLog.ChangeNotFinished(logger, e, database.Id);
            }
        }
    }

    private async ValueTask FinishDeletingAsync(Database database, CancellationToken ct)
    {
        // Its files moved to the tombstone before the deletion was noted: what stands under its name now is another database.
        DataDirectory.Remove(directory.TombstoneOf(database));
        await registry.EndDeletingAsync(database.Id, ct);
        StorageLog.ChangeFinished(logger, "deletion", database.Id);
    }

    private async ValueTask FinishRenamingAsync(Database database, DatabaseName name, CancellationToken ct)
    {
        if (await registry.FindAsync(database.OwnerId, name, ct) is { } other && other.Id != database.Id)
        {
            // The renaming failed while the server ran, and its note could not be taken back. Its files did move back.
            await registry.ForgetRenameAsync(database.Id, ct);
            return;
        }

        MoveFiles(database, database with { Name = name });
        await registry.FinishRenameAsync(database.Id, ct);
        StorageLog.ChangeFinished(logger, "renaming", database.Id);
    }

    private void Bury(Database database) => DataDirectory.Move(directory.PathOf(database), directory.TombstoneOf(database));

    private void Unearth(Database database) => DataDirectory.Move(directory.TombstoneOf(database), directory.PathOf(database));

    private void MoveFiles(Database from, Database to) => DataDirectory.Move(directory.PathOf(from), directory.PathOf(to));

    /// <summary>Opens a database only when a crash in the midst of a schema change left the number of its tables unknown.</summary>
    private async ValueTask<Database> WithTablesAsync(Database database, CancellationToken ct)
    {
        if (database.Tables != RegisteredDatabases.UnknownTables)
            return database;
        if (!(await pool.LeaseAsync(database.Id, ct)).TryGet(out var lease, out _))
            return database with { Tables = 0 };
        using (lease)
            return database with { Tables = lease.Database.Catalog.Tables.Count };
    }
}
