using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>
/// Removes the backups of owners whose account was deleted, those of deleted databases after a while, and what a crash left half-made. Only what the audit log knows as deleted counts: what this server has never
/// heard of is that of another one in the same place, or of this one before its data were lost.
/// </summary>
/// <param name="kept">For how long the backups of a database outlive it: its deletion may be what they were made for.</param>
public sealed class OwnedBackupSweep(IBackupStores stores, IAccountStore accounts, IDatabaseStore databases, IAuditStore audit, TimeSpan kept, TimeProvider clock)
{
    /// <summary>Of what was begun so long ago the writer is gone.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromDays(2);

    /// <summary>Sweeps once. Where one thing can't be removed, it goes on with the others. Throws <see cref="UnavailableException"/> when the place can't be listed, or the metadata can't be read.</summary>
    /// <param name="removed">Hears of all that was removed, at once.</param>
    /// <param name="failed">Hears of what could not be, and why.</param>
    public async ValueTask RunAsync(Action<OwnedBackups> removed, Action<OwnedBackups, Exception> failed, CancellationToken ct)
    {
        if (!stores.Open(null).TryGet(out var store, out _))
            return; // there is no place for any
        foreach (var backups in await store.ListOwnedAsync(ct))
        {
            var isNeedless = await AreNeedlessAsync(backups, ct);
            try
            {
                if (isNeedless)
                    await store.RemoveAllAsync(backups.Folder, ct);
                else
                    await store.RemoveIncompleteAsync(backups.Folder, clock.GetUtcNow() - _longest, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                failed(backups, e);
                continue;
            }

            if (isNeedless)
                removed(backups);
        }
    }

    private async ValueTask<bool> AreNeedlessAsync(OwnedBackups backups, CancellationToken ct)
    {
        if (await accounts.FindAsync(backups.Owner, ct) is null)
            return await audit.FindLastAsync(backups.Owner, AuditActions.AccountDelete, database: null, ct) is not null;
        return await databases.FindAsync(backups.Database, ct) is not { } there || there.OwnerId != backups.Owner
            ? await audit.FindLastAsync(backups.Owner, AuditActions.DatabaseDelete, backups.Database, ct) is { } deleted && clock.GetUtcNow() - deleted > kept
            : false;
    }
}
