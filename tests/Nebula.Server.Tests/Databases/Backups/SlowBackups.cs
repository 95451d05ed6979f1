using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;

namespace Nebula.Server.Tests.Databases.Backups;

/// <summary>The place of a server where backups of one database take until they are let go.</summary>
internal sealed class SlowBackups(IBackupStores stores) : IBackupStores
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Fails them instead of letting them go.</summary>
    public Exception? Failure { get; set; }

    public void Release() => _release.TrySetResult();

    public Result<IBackupStore> Open(string? place) => stores.Open(place).TryGet(out var store, out var error) ? Result.Success<IBackupStore>(new Store(this, store)) : error;

    public Result<IHistories> OpenHistories(string? place) => stores.OpenHistories(place);

    private sealed class Store(SlowBackups slow, IBackupStore store) : IBackupStore
    {
        public string Location => store.Location;

        public async ValueTask<Result<BackupManifest>> CreateAsync(BackupFolder folder, BackupId id, Database database, string ownerEmail, IProgress<BackupProgress> progress, CancellationToken ct)
        {
            await slow._release.Task.WaitAsync(ct);
            return slow.Failure is null ? await store.CreateAsync(folder, id, database, ownerEmail, progress, ct) : throw slow.Failure;
        }

        public ValueTask<Result<BackupManifest>> CreateAsync(BackupId id, IProgress<BackupProgress> progress, CancellationToken ct) => store.CreateAsync(id, progress, ct);

        public IAsyncEnumerable<BackupSummary> ListAsync(BackupFolder folder, CancellationToken ct) => store.ListAsync(folder, ct);

        public ValueTask<Result<BackupManifest>> GetAsync(BackupFolder folder, BackupId id, CancellationToken ct) => store.GetAsync(folder, id, ct);

        public ValueTask<Result<BackupManifest>> VerifyAsync(BackupFolder folder, BackupId id, IProgress<BackupProgress> progress, CancellationToken ct) => store.VerifyAsync(folder, id, progress, ct);

        public ValueTask<Result<DatabaseExport>> OpenAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, CancellationToken ct) => store.OpenAsync(folder, backup, database, ct);

        public ValueTask<Result<RestoreReport>> RestoreAllAsync(BackupManifest backup, bool skipsDamaged, IProgress<BackupProgress> progress, CancellationToken ct) =>
            store.RestoreAllAsync(backup, skipsDamaged, progress, ct);

        public ValueTask<Result<Database>> RestoreAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, UserId owner, DatabaseName name, long? most, CancellationToken ct) =>
            store.RestoreAsync(folder, backup, database, owner, name, most, ct);

        public ValueTask<Result<Database>> ReplaceAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, Database replaced, CancellationToken ct) =>
            store.ReplaceAsync(folder, backup, database, replaced, ct);

        public ValueTask RemoveAsync(BackupFolder folder, BackupId id, CancellationToken ct) => store.RemoveAsync(folder, id, ct);

        public ValueTask<IReadOnlyCollection<OwnedBackups>> ListOwnedAsync(CancellationToken ct) => store.ListOwnedAsync(ct);

        public ValueTask RemoveAllAsync(BackupFolder folder, CancellationToken ct) => store.RemoveAllAsync(folder, ct);

        public ValueTask RemoveIncompleteAsync(BackupFolder folder, DateTimeOffset before, CancellationToken ct) => store.RemoveIncompleteAsync(folder, before, ct);

        public ValueTask<IAsyncDisposable?> TryLockAsync(CancellationToken ct) => store.TryLockAsync(ct);
    }
}
