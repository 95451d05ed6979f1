using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;

namespace Nebula.Core.Backups;

/// <summary>
/// Backups in one place. Methods throw <see cref="UnavailableException"/> when the place can't be reached, with a message for the operator; what can't be read there is backup_unreadable. Thread-safe.
/// </summary>
public interface IBackupStore
{
    /// <summary>Where that is, for messages; without a secret.</summary>
    string Location { get; }

    /// <summary>Backs all databases up, with accounts and keys: each as it is at one moment, while it is served. What can't be exported is skipped, which the manifest says.</summary>
    /// <param name="id">A new one, which whoever asks for the backup can note before there is anything of it.</param>
    ValueTask<Result<BackupManifest>> CreateAsync(BackupId id, IProgress<BackupProgress> progress, CancellationToken ct);

    /// <summary>Backs one database up. Fails as its export does.</summary>
    /// <param name="id">As above.</param>
    ValueTask<Result<BackupManifest>> CreateAsync(BackupFolder folder, BackupId id, Database database, string ownerEmail, IProgress<BackupProgress> progress, CancellationToken ct);

    /// <summary>The backups that are complete, the newest first.</summary>
    IAsyncEnumerable<BackupSummary> ListAsync(BackupFolder folder, CancellationToken ct);

    /// <summary>Fails with backup_not_found or backup_unreadable.</summary>
    ValueTask<Result<BackupManifest>> GetAsync(BackupFolder folder, BackupId id, CancellationToken ct);

    /// <summary>Reads everything of a backup and compares it with its manifest. Fails with backup_not_found or backup_unreadable.</summary>
    ValueTask<Result<BackupManifest>> VerifyAsync(BackupFolder folder, BackupId id, IProgress<BackupProgress> progress, CancellationToken ct);

    /// <summary>A database as it was backed up, checked. Fails with backup_unreadable.</summary>
    ValueTask<Result<DatabaseExport>> OpenAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, CancellationToken ct);

    /// <summary>
    /// Brings everything of a backup into an empty server: nothing of it is seen before all is there, and after a crash it can be restored again. Fails with conflict when the server has accounts, or with
    /// backup_unreadable.
    /// </summary>
    /// <param name="skipsDamaged">Whether databases that can't be read, or not be kept by this engine, are left out; otherwise the first of them fails the whole.</param>
    ValueTask<Result<RestoreReport>> RestoreAllAsync(BackupManifest backup, bool skipsDamaged, IProgress<BackupProgress> progress, CancellationToken ct);

    /// <summary>Makes a new database of one that was backed up: as a whole, also after a crash, or not at all. Fails with database_exists, user_not_found or backup_unreadable.</summary>
    ValueTask<Result<Database>> RestoreAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, UserId owner, DatabaseName name, long? most, CancellationToken ct);

    /// <summary>Puts a database back to what was backed up; it keeps its name, its id and its keys. Otherwise as <see cref="RestoreAsync"/>. Fails with database_not_found, busy or backup_unreadable.</summary>
    ValueTask<Result<Database>> ReplaceAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, Database replaced, CancellationToken ct);

    /// <summary>Removes a backup, its manifest first. Does nothing when there is none.</summary>
    ValueTask RemoveAsync(BackupFolder folder, BackupId id, CancellationToken ct);

    /// <summary>The databases of which owners have backups here, complete or not.</summary>
    ValueTask<IReadOnlyCollection<OwnedBackups>> ListOwnedAsync(CancellationToken ct);

    /// <summary>Removes whatever there is of backups in a folder.</summary>
    ValueTask RemoveAllAsync(BackupFolder folder, CancellationToken ct);

    /// <summary>Removes what was begun before a time and has no manifest: its writer was killed.</summary>
    ValueTask RemoveIncompleteAsync(BackupFolder folder, DateTimeOffset before, CancellationToken ct);

    /// <summary>Makes the caller the only one, of all servers on the same data, that makes and removes backups by itself; null while another one does. Disposing ends that.</summary>
    ValueTask<IAsyncDisposable?> TryLockAsync(CancellationToken ct);
}
