using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;
using Nebula.Storage.Migrations;
using Nebula.Storage.Sqlite.Moving;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// Brings everything as it was at a moment into an empty server: the databases that the metadata of that moment name, which nobody sees yet, and then the metadata in one transaction. A database that can't be brought
/// back is left out and told: for the others that is no reason to stay away. Used once.
/// </summary>
internal sealed class WholeRestore(BackupFiles backups, HistoryStore store, HistoryCatalog catalog, IBackupEngine engine, DateTimeOffset at, TimeProvider clock, ILogger logger)
{
    private const string Ending = "restored";

    private readonly HistoryRestorer _restorer = new(store, engine.Spool);
    private readonly List<Database> _placed = [];
    private readonly List<string> _missing = [];
    private readonly List<string> _gaps = [];
    private DateTimeOffset _asOf;

    public async ValueTask<Result<HistoryReport>> RunAsync(IProgress<BackupProgress> progress, CancellationToken ct)
    {
        await using var alone = await engine.TryLockAsync(ct);
        if (alone is null)
            return BackupErrors.UnderWay;
        if (!await engine.IsEmptyAsync(ct))
            return FullRestore.NotEmpty;
        var isDone = false;
        var metadata = engine.Spool.NewPath(Ending);
        try
        {
            var restored = await RunAsync(metadata, progress, ct);
            isDone = restored.TryGet(out _, out _);
            return restored;
        }
        catch (Exception e) when (e is SqliteException or MigrationException)
        {
            throw new UnreadableBackupException($"The metadata of that moment can't be read: {e.Message}", e);
        }
        finally
        {
            SpoolDirectory.Remove(metadata);
            if (!isDone)
                await TakeBackAsync();
        }
    }

    private async ValueTask<Result<HistoryReport>> RunAsync(string metadata, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (!(await catalog.FindMetadataAsync(at, ct)).TryGet(out var copy, out var error))
            return error;
        Note(await _restorer.RestoreAsync(copy, at, metadata, ct), copy, "accounts and keys");
        MetadataFile.Upgrade(metadata, clock, logger);
        MetadataFile.Finish(metadata);
        var last = await backups.FindLastOwnedAsync(ct);
        var copies = (await catalog.ListAsync(ct)).Where(c => c.From <= at).ToLookup(c => (c.Database, c.CreatedAt));
        var names = MetadataFile.ListCreated(metadata).ToDictionary(entry => entry.Id, entry => entry.FullName);
        var databases = MetadataFile.ListDatabases(metadata);
        foreach (var (index, database) in databases.Index())
        {
            progress.Report(new(BackupStage.Restoring, index + 1, databases.Count + 1));
            var found = copies[(database.Id.ToString(), database.CreatedAt)].LastOrDefault();
            if (!(await RestoreAsync(database, found, names[database.Id], ct)).TryGet(out _, out error))
                return error;
        }

        MetadataFile.Settle(metadata, engine.Placement, _placed.Select(d => d.Id).ToHashSet());
        if (last is { } number)
            MetadataFile.NumberAfter(metadata, number);
        return (await engine.LoadMetadataAsync(metadata, ct)).TryGet(out _, out error) ? new HistoryReport(_placed.Count, _asOf, _missing, _gaps) : error;
    }

    private async ValueTask<Result<Done>> RestoreAsync(Database database, HistoryCopy? copy, string name, CancellationToken ct)
    {
        if (database.Placement != PlacementName.Sqlite)
        {
            // What there is of it is as it was when it left.
            _missing.Add($"{name}: its data were in the placement '{database.Placement}' at that moment, which has no history here");
            return new Done();
        }

        if (copy is null)
        {
            _missing.Add($"{name}: it has no history that reaches the moment");
            return new Done();
        }

        var path = engine.Spool.NewPath(Ending);
        try
        {
            var restored = await _restorer.RestoreAsync(copy, at, path, ct);
            EndMove(path);
            _placed.Add(database);
            if (!(await engine.PlaceAsync(database, path, ct)).TryGet(out _, out var error))
                return error;
            Note(restored, copy, name);
        }
        catch (UnreadableBackupException e)
        {
            _missing.Add($"{name}: {e.Message}");
        }
        finally
        {
            SpoolDirectory.Remove(path);
        }

        return new Done();
    }

    /// <summary>A move that was under way then is not any more, and nobody would end its log.</summary>
    private static void EndMove(string path)
    {
        using var file = Connection.Open(path, create: false);
        MoveLog.Drop(file);
    }

    private void Note(RestoredMoment restored, HistoryCopy copy, string name)
    {
        if (restored.Gap is { } gap)
            _gaps.Add(gap.Describe(name));
        var asOf = restored.LastCommit ?? copy.From;
        _asOf = asOf > _asOf ? asOf : _asOf;
    }

    private async ValueTask TakeBackAsync()
    {
        foreach (var database in _placed)
        {
            try
            {
                await engine.TakeBackAsync(database, CancellationToken.None);
            }
            catch (Exception e) when (e is UnavailableException || DiskErrors.IsOne(e))
            {
                StorageLog.ChangeNotFinished(logger, e, database.Id); // the next attempt writes over it
            }
        }
    }
}
