using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Migrations;

namespace Nebula.Storage.Backups;

/// <summary>
/// Brings everything of a backup into an empty server: the data of the databases first, which nobody sees before the metadata name them, and then the metadata in one transaction. What a crash leaves is written over by
/// the next attempt. Used once.
/// </summary>
internal sealed class FullRestore(BackupFiles files, IBackupEngine engine, BackupManifest backup, bool skipsDamaged, TimeProvider clock, ILogger logger)
{
    private readonly List<Database> _placed = [];
    private readonly List<SkippedDatabase> _missing = [.. backup.Skipped.Select(s => s with { Reason = $"the backup lacks it: {s.Reason}" })];

    public async ValueTask<Result<RestoreReport>> RunAsync(IProgress<BackupProgress> progress, CancellationToken ct)
    {
        await using var alone = await engine.TryLockAsync(ct);
        if (alone is null)
            return BackupErrors.UnderWay;
        if (!await engine.IsEmptyAsync(ct))
            return NotEmpty;
        var isDone = false;
        try
        {
            using var metadata = await files.FetchAsync(BackupFiles.NameOf(BackupFolder.Operator, backup.Id, BackupFiles.MetadataName), backup.Metadata ?? throw new InvalidOperationException("It is of all."), isKept: false, ct);
            var restored = await RunAsync(metadata.Path, progress, ct);
            isDone = restored.TryGet(out _, out _);
            return restored;
        }
        catch (SqliteException e)
        {
            throw new UnreadableBackupException($"The metadata of the backup can't be taken over: {e.Message}", e);
        }
        catch (MigrationException e)
        {
            throw new UnreadableBackupException(e.Message, e);
        }
        finally
        {
            if (!isDone)
                await TakeBackAsync();
        }
    }

    internal static Error NotEmpty { get; } = new(ErrorCodes.Conflict, "This server has accounts already; everything can be restored only into one that is empty.")
    {
        Hint = "Restore one database, or into a new data directory or a new database of PostgreSQL.",
    };

    private async ValueTask<Result<RestoreReport>> RunAsync(string metadata, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        MetadataFile.Upgrade(metadata, clock, logger);
        MetadataFile.CheckSchema(metadata, clock, logger);
        MetadataFile.Settle(metadata, engine.Placement, backup.Databases.Select(d => d.Id).ToHashSet());
        var last = await files.FindLastOwnedAsync(ct);
        var databases = MetadataFile.ListDatabases(metadata);
        var restored = new Dictionary<DatabaseId, BackedUpDatabase>();
        foreach (var (index, database) in databases.Index())
        {
            progress.Report(new(BackupStage.Restoring, index + 1, databases.Count + 1));
            var source = backup.Databases.Single(d => d.Id == database.Id);
            if ((await PlaceAsync(database, source, ct)).TryGet(out _, out var error))
                restored.Add(database.Id, source);
            else if (error.Code is not (ErrorCodes.BackupUnreadable or ErrorCodes.InvalidBody))
                return error;
            else if (skipsDamaged)
                _missing.Add(new SkippedDatabase(source.FullName, error.Message));
            else
                return error with { Message = $"{source.FullName} can't be restored: {error.Message}", Hint = "--skip-damaged restores everything else." };
        }

        MetadataFile.Settle(metadata, engine.Placement, restored.Keys.ToHashSet()); // without what was left out
        if (last is { } number)
            MetadataFile.NumberAfter(metadata, number);
        if (!(await engine.LoadMetadataAsync(metadata, ct)).TryGet(out _, out var fault))
            return fault;
        return new RestoreReport(
            backup.Metadata?.Tables.FirstOrDefault(t => t.Name == "users")?.Rows ?? 0, restored.Count, restored.Values.Sum(d => d.File.Rows), _missing);
    }

    private async ValueTask<Result<Done>> PlaceAsync(Database database, BackedUpDatabase source, CancellationToken ct)
    {
        try
        {
            using var file = await files.FetchAsync(BackupFiles.NameOf(BackupFolder.Operator, backup.Id, source), source.File, isKept: false, ct);
            _placed.Add(database);
            return await engine.PlaceAsync(database, file.Path, ct); // as a whole or not at all
        }
        catch (UnreadableBackupException e)
        {
            return new Error(ErrorCodes.BackupUnreadable, e.Message);
        }
    }

    private async ValueTask TakeBackAsync()
    {
        foreach (var database in _placed)
        {
            try
            {
                await engine.TakeBackAsync(database, CancellationToken.None);
            }
            catch (Exception e) when (e is UnavailableException or IOException or UnauthorizedAccessException)
            {
                StorageLog.ChangeNotFinished(logger, e, database.Id); // the next attempt writes over it
            }
        }
    }
}
