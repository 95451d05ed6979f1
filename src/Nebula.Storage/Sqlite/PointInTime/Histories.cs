using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;
using Nebula.Storage.Sqlite.Importing;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Restores from the histories in one place, with whatever engine.</summary>
internal sealed class Histories(HistoryStore store, BackupFiles backups, IBackupEngine engine, TimeProvider clock, ILogger<Histories> logger) : IHistories
{
    private const string Ending = "restored";

    private readonly HistoryCatalog _catalog = new(store);

    public ValueTask<Result<RestoredDatabase>> RestoreAsync(string ownerEmail, DatabaseName database, DateTimeOffset at, UserId owner, DatabaseName name, CancellationToken ct) => GuardAsync<RestoredDatabase>(async () =>
    {
        if (!(await _catalog.FindAsync(ownerEmail, database.Value, at, ct)).TryGet(out var copy, out var error))
            return error;
        var path = engine.Spool.NewPath(Ending);
        try
        {
            var restored = await new HistoryRestorer(store, engine.Spool).RestoreAsync(copy, at, path, ct);
            ExportedFile.Finish(path); // it is another database from here on
            return (await engine.AddAsync(owner, name, most: null, path, ct)).TryGet(out var added, out error)
                ? new RestoredDatabase(added, restored.LastCommit ?? copy.From, restored.Gap?.Describe($"{ownerEmail}/{database}"))
                : error;
        }
        finally
        {
            SpoolDirectory.Remove(path);
        }
    });

    public ValueTask<Result<HistoryReport>> RestoreAllAsync(DateTimeOffset at, IProgress<BackupProgress> progress, CancellationToken ct) =>
        GuardAsync(() => new WholeRestore(backups, store, _catalog, engine, at, clock, logger).RunAsync(progress, ct));

    private static async ValueTask<Result<T>> GuardAsync<T>(Func<ValueTask<Result<T>>> work)
    {
        try
        {
            return await work();
        }
        catch (UnreadableBackupException e)
        {
            return new Error(ErrorCodes.BackupUnreadable, e.Message);
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            return DiskErrors.Translate(e); // of the spool
        }
    }
}
