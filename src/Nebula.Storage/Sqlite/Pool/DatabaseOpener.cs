using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Files;
using Nebula.Storage.Placements;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Pool;

/// <summary>Opens the file of a database, or makes it on the first use.</summary>
internal sealed class DatabaseOpener(
    DatabaseRegistry databases, DataDirectory directory, Quarantine quarantine, WriterThreads threads, StorageOptions options, WalShipper? shipper, TimeProvider clock,
    ILogger<DatabaseOpener> logger)
{
    /// <summary>What is said of a database whose data are elsewhere: as long as there may be somebody here who serves it, that it has to be looked up anew.</summary>
    public Error Elsewhere { get; set; } = PlacementSet.Elsewhere;

    /// <summary>Fails with database_not_found or unavailable; what is broken goes into quarantine.</summary>
    public async ValueTask<Result<OpenDatabase>> OpenAsync(DatabaseId id, CancellationToken ct)
    {
        // Asked anew, because its name, and so its file, may have changed since the request looked it up.
        if (await databases.FindAsync(id, ct) is not { } database)
            return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
        if (database.Placement != PlacementName.Sqlite)
            return Elsewhere;
        try
        {
            var opened = database.State == DatabaseState.Registered ? await CreateAsync(database, ct) : OpenExisting(database);
            if (opened.TryGet(out var open, out _))
            {
                quarantine.Remove(id);
                await NoteTablesAsync(database, open);
            }

            return opened;
        }
        catch (SqliteFaultException e) when (SqliteErrors.IsCorruption(e.Code))
        {
            StorageLog.OpenFailed(logger, e, id);
            return quarantine.Add(id, "its file is damaged");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // No descriptor, no room, no right: it passes, or the operator reads of it in the log.
            StorageLog.OpenFailed(logger, e, id);
            return (e as SqliteFaultException)?.Code is { } code ? SqliteErrors.Translate(code) ?? SqliteErrors.Unavailable : SqliteErrors.Unavailable;
        }
    }

    private Result<OpenDatabase> OpenExisting(Database database)
    {
        var path = directory.PathOf(database);

        // A crash in the midst of a deletion that was never acknowledged: the database is still there, and what of its files moved moves back.
        if (DataDirectory.AnyExists(directory.TombstoneOf(database)))
            DataDirectory.Move(directory.TombstoneOf(database), path);
        if (DatabaseFile.Fault(path) is { } fault)
            return quarantine.Add(database.Id, fault);
        return OpenDatabase.Open(database, path, create: false, quarantine.NeedsCheck(database.Id), options, shipper?.Open(database, path), threads, clock, logger);
    }

    /// <summary>Nothing is acknowledged before the metadata says that the file exists, so one that a crash left behind is empty or never acknowledged.</summary>
    private async ValueTask<Result<OpenDatabase>> CreateAsync(Database database, CancellationToken ct)
    {
        var open = OpenNew(database);
        try
        {
            Posix.SyncDirectory(directory.FolderOf(database.OwnerId));
            await databases.SetCreatedAsync(database.Id, ct);
            return open;
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    private OpenDatabase OpenNew(Database database)
    {
        for (var attempt = 1; ; attempt++)
        {
            directory.MakeFolderOf(database);
            try
            {
                var path = directory.PathOf(database);
                return OpenDatabase.Open(database, path, create: true, check: false, options, shipper?.Open(database, path), threads, clock, logger);
            }
            catch (SqliteFaultException e) when (ResultCodes.Primary(e.Code) == ResultCodes.CannotOpen && attempt < 3 && !Directory.Exists(directory.FolderOf(database.OwnerId)))
            {
                // The account's last other database was deleted meanwhile, and its empty folder with it.
            }
        }
    }

    /// <summary>After a crash in the midst of a change of the schema, or for a database of v0.2.</summary>
    private async ValueTask NoteTablesAsync(Database database, OpenDatabase open)
    {
        if (open.Catalog.Tables.Count == database.Tables)
            return;
        try
        {
            await databases.SetTablesAsync(database.Id, open.Catalog.Tables.Count, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Not worth refusing the database for: the next opening tries again.
            StorageLog.TablesNotNoted(logger, e, database.Id);
        }
    }
}
