namespace Nebula.Core.Backups;

/// <summary>Keeps how far backups of owners are that take long, for every server to tell. Thread-safe.</summary>
public interface IBackupProgressStore
{
    /// <summary>Keeps one as it is now, over what is kept of it. Ones that were not heard of for a day are forgotten.</summary>
    ValueTask SetAsync(BackupUnderWay backup, CancellationToken ct);

    /// <summary>Forgets one, if it is kept.</summary>
    ValueTask RemoveAsync(BackupId id, CancellationToken ct);

    ValueTask<BackupUnderWay?> FindAsync(BackupId id, CancellationToken ct);
}
