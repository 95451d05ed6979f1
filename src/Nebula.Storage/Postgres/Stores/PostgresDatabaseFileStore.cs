using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Files;
using Nebula.Storage.Postgres.Files;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Sqlite.Importing;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Whole databases as SQLite files, which lie in the spool as long as a request takes.</summary>
internal sealed class PostgresDatabaseFileStore(PostgresServer server, Catalogues catalogues, ProcessSpool spool, TimeProvider clock) : IDatabaseFileStore, IDisposable
{
    private readonly UploadCopies _copies = new(clock);

    public ValueTask<Result<DatabaseExport>> ExportAsync(Database database, CancellationToken ct) => GuardedAsync<DatabaseExport>(database.Id, async directory =>
    {
        // Makes the database if nobody has used it yet, and says when it is gone.
        if (!(await catalogues.GetAsync(database.Id, fresh: false, ct)).TryGet(out _, out var error))
            return error;
        var path = directory.NewPath("export");
        var isWhole = false;
        try
        {
            if (!(await new FileExport(server, database.Id, path).RunAsync(ct)).TryGet(out _, out error))
                return error;
            isWhole = true;
            return new DatabaseExport(database.Name, SpoolDirectory.OpenForLastTime(path));
        }
        finally
        {
            if (!isWhole)
                SpoolDirectory.Remove(path);
        }
    });

    /// <summary>By way of a file in the spool, since a copy from schema to schema would take the same statements.</summary>
    public ValueTask<Result<Database>> BranchAsync(Database source, AccountCaller caller, DatabaseId id, DatabaseName name, long? most, IProgress<double> progress, CancellationToken ct) => GuardedAsync<Database>(source.Id, async directory =>
    {
        if (!(await catalogues.GetAsync(source.Id, fresh: false, ct)).TryGet(out _, out var error))
            return error;
        var copy = directory.NewPath("branch");
        try
        {
            if (!(await new FileExport(server, source.Id, copy).RunAsync(ct)).TryGet(out _, out error))
                return error;
            progress.Report(0.5);
            if (!caller.IsCurrent(clock))
                return StorageErrors.NoLongerAllowed;
            using var file = Connection.Open(copy, create: false);
            return await new FileImport(server, file, clock).RunAsync(caller.Id, id, name, most, ct);
        }
        finally
        {
            SpoolDirectory.Remove(copy);
        }
    });

    public ValueTask<Result<ImportedDatabase>> ImportAsync(AccountCaller caller, DatabaseId? id, DatabaseName name, long? most, StripList strip, Stream body, CancellationToken ct) => GuardedAsync<ImportedDatabase>(id: null, async directory =>
    {
        var copy = directory.NewPath("import");
        try
        {
            if (!(await _copies.ReceiveAsync(body, directory, copy, strip, ct)).TryGet(out var copied, out var error))
                return error;

            // It may have taken an hour to send.
            if (!caller.IsCurrent(clock))
                return new Error(ErrorCodes.Unauthenticated, "The credential was revoked while the request was on its way.");
            using var file = Connection.Open(copy, create: false);
            return (await new FileImport(server, file, clock).RunAsync(caller.Id, id, name, most, ct)).TryGet(out var added, out error) ? new ImportedDatabase(added, copied.Rows) : error;
        }
        finally
        {
            SpoolDirectory.Remove(copy);
        }
    });

    public void Dispose() => _copies.Dispose();

    private async ValueTask<Result<T>> GuardedAsync<T>(DatabaseId? id, Func<SpoolDirectory, ValueTask<Result<T>>> work)
    {
        SpoolDirectory directory;
        try
        {
            SqliteLibrary.Start();
            directory = spool.Directory;
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            return DiskErrors.Translate(e);
        }

        try
        {
            return await work(directory);
        }
        catch (IOException e) when (DiskErrors.IsFull(e))
        {
            // Not any other: a body that breaks off, or is too large, is an IOException too.
            return StorageErrors.StorageFull;
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or UnavailableException && PostgresErrors.Translate(e) is { } error)
        {
            server.Faults.Note(e, id);
            return error;
        }
    }
}
