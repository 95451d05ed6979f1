using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Files;
using Nebula.Storage.Sqlite.Backups;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Importing;
using Nebula.Storage.Sqlite.Metadata;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Pool;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Whole databases out of their files and into new ones, each copied on a thread of its own and few at a time.</summary>
internal sealed class SqliteDatabaseFileStore(
    DatabaseRegistry registry, DatabasePool pool, DataDirectory directory, SpoolDirectory spool, TimeProvider clock, ILogger<SqliteDatabaseFileStore> logger)
    : IDatabaseFileStore, IDisposable
{
    private readonly UploadCopies _copies = new(clock);

    public async ValueTask<Result<DatabaseExport>> ExportAsync(Database database, CancellationToken ct)
    {
        if (!(await pool.LeaseAsync(database.Id, ct)).TryGet(out var lease, out var error))
            return error;
        var path = spool.NewPath("export");
        using (lease)
        {
            var open = lease.Database;
            var copied = await _copies.RunAsync(() => Copy(open, path, progress: null, ct), ct);
            return copied.TryGet(out _, out error) ? new DatabaseExport(database.Name, SpoolDirectory.OpenForLastTime(path)) : error;
        }
    }

    public async ValueTask<Result<Database>> BranchAsync(Database source, AccountCaller caller, DatabaseId id, DatabaseName name, long? most, IProgress<double> progress, CancellationToken ct)
    {
        var copy = spool.NewPath("branch");
        try
        {
            if (!(await pool.LeaseAsync(source.Id, ct)).TryGet(out var lease, out var error))
                return error;
            using (lease)
            {
                var open = lease.Database;
                if (!(await _copies.RunAsync(() => Copy(open, copy, progress, ct), ct)).TryGet(out _, out error))
                    return error;
            }

            if (!caller.IsCurrent(clock))
                return StorageErrors.NoLongerAllowed;
            SpoolDirectory.Sync(copy);
            var file = Path.GetFileName(copy);
            return await registry.AddImportedAsync(caller.Id, id, name, most, SqliteBackupEngine.CountTables(copy), file, d => directory.Place(spool, file, d), CancellationToken.None);
        }
        catch (IOException e) when (DiskErrors.IsFull(e))
        {
            return SqliteErrors.StorageFull;
        }
        finally
        {
            SpoolDirectory.Remove(copy);
        }
    }

    public async ValueTask<Result<ImportedDatabase>> ImportAsync(AccountCaller caller, DatabaseId? id, DatabaseName name, long? most, StripList strip, Stream body, CancellationToken ct)
    {
        var copy = spool.NewPath("import");
        try
        {
            if (!(await _copies.ReceiveAsync(body, spool, copy, strip, ct)).TryGet(out var copied, out var error))
                return error;

            // It may have taken an hour to send.
            if (!caller.IsCurrent(clock))
                return new Error(ErrorCodes.Unauthenticated, "The credential was revoked while the request was on its way.");
            SpoolDirectory.Sync(copy);
            var file = Path.GetFileName(copy);
            return (await registry.AddImportedAsync(caller.Id, id, name, most, copied.Tables, file, d => directory.Place(spool, file, d), CancellationToken.None)).TryGet(out var added, out error)
                ? new ImportedDatabase(added, copied.Rows)
                : error;
        }
        catch (IOException e) when (DiskErrors.IsFull(e))
        {
            // Not any other: a body that breaks off, or is too large, is an IOException too.
            return SqliteErrors.StorageFull;
        }
        finally
        {
            SpoolDirectory.Remove(copy);
        }
    }

    /// <summary>Puts files in place that a crash left in the spool, and removes what else is there.</summary>
    public async ValueTask RecoverAsync(CancellationToken ct)
    {
        spool.Make();
        var kept = new List<string>();
        foreach (var (database, file) in await registry.ListImportingAsync(ct))
        {
            try
            {
                directory.Place(spool, file, database);
                await registry.FinishImportAsync(database.Id, ct);
                StorageLog.ChangeFinished(logger, "import", database.Id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                kept.Add(file);
                StorageLog.ChangeNotFinished(logger, e, database.Id);
            }
        }

        spool.Empty(kept);
    }

    public void Dispose() => _copies.Dispose();

    private static Result<Done> Copy(OpenDatabase open, string path, IProgress<double>? progress, CancellationToken ct)
    {
        open.BeginCopy();
        try
        {
            using (var source = open.OpenReader())
            using (var target = Connection.Open(path, create: true))
            {
                target.Execute("PRAGMA synchronous = OFF");
                using var paced = new PacedCopy(path, progress);
                source.CopyTo(target, paced, ct);
            }

            ExportedFile.Finish(path);
            return new Done();
        }
        catch (SqliteFaultException e) when (SqliteErrors.Translate(e.Code) is { } error)
        {
            SpoolDirectory.Remove(path);
            if (SqliteErrors.IsCorruption(e.Code))
                open.Break(e);
            return error;
        }
        catch (IOException e) when (DiskErrors.IsFull(e))
        {
            SpoolDirectory.Remove(path);
            return SqliteErrors.StorageFull;
        }
        catch
        {
            SpoolDirectory.Remove(path);
            throw;
        }
        finally
        {
            open.EndCopy();
        }
    }
}
