using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Pool;

/// <summary>Opens the file of a database, or makes it on the first use.</summary>
internal sealed class DatabaseOpener(
    DatabaseRegistry databases, DataDirectory directory, Quarantine quarantine, WriterThreads threads, StorageOptions options, TimeProvider clock,
    ILogger<DatabaseOpener> logger)
{
    /// <summary>Fails with database_not_found or unavailable; what is broken goes into quarantine.</summary>
    public async ValueTask<Result<OpenDatabase>> OpenAsync(DatabaseId id, CancellationToken ct)
    {
        // Asked anew, because its name, and so its file, may have changed since the request looked it up.
        if (await databases.FindAsync(id, ct) is not { } database)
            return new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
        var path = directory.PathOf(database);
        try
        {
            var opened = database.State == DatabaseState.Registered ? await CreateAsync(database, path, ct) : OpenExisting(database, path);
            if (!opened.TryGet(out var open, out _))
                return opened;
            quarantine.Remove(id);
            if (open.Catalog.Tables.Count != database.Tables)
                await databases.SetTablesAsync(id, open.Catalog.Tables.Count, CancellationToken.None);
            return open;
        }
        catch (SqliteFaultException e) when (SqliteErrors.IsCorruption(e.Code))
        {
            StorageLog.OpenFailed(logger, e, id);
            return quarantine.Add(id, "its file is damaged");
        }
        catch (SqliteFaultException e)
        {
            StorageLog.OpenFailed(logger, e, id);
            return SqliteErrors.Translate(e.Code) ?? SqliteErrors.Unavailable;
        }
    }

    private Result<OpenDatabase> OpenExisting(Database database, string path)
    {
        // A crash in the midst of a deletion that was never acknowledged: the database is still there.
        if (!File.Exists(path) && File.Exists(directory.TombstoneOf(database)))
            DataDirectory.Move(directory.TombstoneOf(database), path);
        if (!File.Exists(path))
            return quarantine.Add(database.Id, "its file is missing");
        return OpenDatabase.Open(database, path, create: false, quarantine.NeedsCheck(database.Id), options, threads, clock, logger);
    }

    /// <summary>Nothing is acknowledged before the metadata says that the file exists, so one that a crash left behind is empty or never acknowledged.</summary>
    private async ValueTask<Result<OpenDatabase>> CreateAsync(Database database, string path, CancellationToken ct)
    {
        directory.MakeFolderOf(database);
        var open = OpenDatabase.Open(database, path, create: true, check: false, options, threads, clock, logger);
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
}
