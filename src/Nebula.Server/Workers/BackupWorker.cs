using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Server.Backups;

namespace Nebula.Server.Workers;

/// <summary>Backs everything up when the schedule says so, and removes what is kept for long enough. Of several servers on the same data one does. Whatever fails, the server goes on, and it is tried again at the next time.</summary>
internal sealed partial class BackupWorker(
    IBackupStores stores, BackupSchedule schedule, BackupRetention retention, ScheduledBackups backups, TimeProvider clock, ILogger<BackupWorker> logger) : BackgroundService
{
    /// <summary>Of what was begun so long ago the writer is gone.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromDays(2);

    private static readonly TimeSpan _betweenTries = TimeSpan.FromMinutes(1);

    /// <summary>No timer waits for longer than some weeks.</summary>
    private static readonly TimeSpan _longestWait = TimeSpan.FromDays(1);

    private readonly DateTimeOffset _started = clock.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await LookAsync(stoppingToken);
        for (var from = _started; schedule.Next(from) is { } time; from = time)
        {
            while (schedule.Next(time) is { } later && later <= clock.GetUtcNow())
                time = later; // the last backup took so long, or the machine slept: one makes up for all
            while (time - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait < _longestWait ? wait : _longestWait, clock, stoppingToken);
            await RunAsync(time, stoppingToken);
        }
    }

    private async Task RunAsync(DateTimeOffset time, CancellationToken ct)
    {
        try
        {
            if (!stores.Open(null).TryGet(out var store, out var error))
            {
                Miss(error.Message);
                return;
            }

            while (!await TryRunAsync(store, time, ct))
            {
                // Another server is at it, or a command that somebody runs.
                if (schedule.Next(time) is { } next && clock.GetUtcNow() + _betweenTries >= next)
                {
                    Miss("Another backup or restore is under way, and was until the next one is due.");
                    return;
                }

                await Task.Delay(_betweenTries, clock, ct);
            }
        }
        catch (UnavailableException e)
        {
            Miss(e.Error.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            backups.Missed();
            Failed(e);
        }
    }

    /// <summary>False while somebody else is at a backup or a restore.</summary>
    private async ValueTask<bool> TryRunAsync(IBackupStore store, DateTimeOffset time, CancellationToken ct)
    {
        await using var alone = await store.TryLockAsync(ct);
        if (await IsMadeAsync(store, time, ct))
        {
            await LookAsync(store, ct);
            return true;
        }

        if (alone is null)
            return false;
        await CreateAsync(store, ct);
        await ExpireAsync(store, ct);
        return true;
    }

    /// <summary>At the start, so that the time of the last good one is known before the first.</summary>
    private async Task LookAsync(CancellationToken ct)
    {
        try
        {
            if (stores.Open(null).TryGet(out var store, out _))
                await LookAsync(store, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            NotSeen(e);
        }
    }

    private async ValueTask LookAsync(IBackupStore store, CancellationToken ct)
    {
        await foreach (var backup in store.ListAsync(BackupFolder.Operator, ct))
        {
            if (backup.Manifest is not { IsOfAll: true, Skipped.Count: 0 })
                continue;
            backups.Saw(backup.Id.Time);
            return;
        }
    }

    private void Miss(string reason)
    {
        backups.Missed();
        NotMade(reason);
    }

    /// <summary>Clocks of servers differ by less than schedules have between two times.</summary>
    private static async ValueTask<bool> IsMadeAsync(IBackupStore store, DateTimeOffset time, CancellationToken ct)
    {
        await foreach (var backup in store.ListAsync(BackupFolder.Operator, ct))
            return backup.Id.Time >= time && backup.Manifest is { IsOfAll: true };
        return false;
    }

    private async ValueTask CreateAsync(IBackupStore store, CancellationToken ct)
    {
        if (!(await store.CreateAsync(BackupId.New(clock), NoProgress.Instance, ct)).TryGet(out var backup, out var error))
        {
            Miss(error.Message);
            return;
        }

        if (backup.Skipped.Count == 0)
            backups.Saw(backup.Id.Time);
        else
            backups.Missed();
        Made(backup.Id, backup.Databases.Count, backup.StoredBytes, store.Location);
        foreach (var skipped in backup.Skipped)
            Skipped(backup.Id, skipped.Database, skipped.Reason);
    }

    /// <summary>What can't be removed says nothing of the backup that was made.</summary>
    private async ValueTask ExpireAsync(IBackupStore store, CancellationToken ct)
    {
        try
        {
            await RemoveOldAsync(store, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            NotRemoved(e);
        }
    }

    private async ValueTask RemoveOldAsync(IBackupStore store, CancellationToken ct)
    {
        var backups = new List<BackupSummary>();
        await foreach (var backup in store.ListAsync(BackupFolder.Operator, ct))
            backups.Add(backup);
        foreach (var id in retention.Expired(backups, clock.GetUtcNow()))
        {
            await store.RemoveAsync(BackupFolder.Operator, id, ct);
            Removed(id);
        }

        await store.RemoveIncompleteAsync(BackupFolder.Operator, clock.GetUtcNow() - _longest, ct);
    }

    [LoggerMessage(3103, LogLevel.Information, "Backup {Backup} was made of {Databases} databases, {Bytes} bytes in {Location}")]
    private partial void Made(BackupId backup, int databases, long bytes, string location);

    [LoggerMessage(3104, LogLevel.Error, "Backup {Backup} lacks the database {Database}: {Reason}")]
    private partial void Skipped(BackupId backup, string database, string reason);

    [LoggerMessage(3105, LogLevel.Error, "No backup was made: {Reason}")]
    private partial void NotMade(string reason);

    [LoggerMessage(3106, LogLevel.Error, "The backup failed; it is tried again at the next time")]
    private partial void Failed(Exception exception);

    [LoggerMessage(3114, LogLevel.Warning, "Backups that were kept for long enough could not be removed")]
    private partial void NotRemoved(Exception exception);

    [LoggerMessage(3110, LogLevel.Warning, "What backups there are could not be looked up at the start")]
    private partial void NotSeen(Exception exception);

    [LoggerMessage(3107, LogLevel.Information, "Backup {Backup} was removed: it was kept for long enough")]
    private partial void Removed(BackupId backup);
}
