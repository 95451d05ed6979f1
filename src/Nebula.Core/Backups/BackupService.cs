using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;

namespace Nebula.Core.Backups;

/// <summary>Backups as the operator asks for them.</summary>
public sealed class BackupService(IBackupStores stores, IAccountStore accounts, IDatabaseStore databases, AuditLog audit, TimeProvider clock)
{
    /// <summary>Backs everything up, or one database. Fails with busy while everything is being backed up or restored, also by another server or command, or as <see cref="IBackupStores.Open"/>, <see cref="DatabaseAddress"/> and <see cref="IBackupStore"/> do.</summary>
    /// <param name="place">Null for the one that was configured.</param>
    /// <param name="database">The owner's e-mail address, a slash, and the database's name; null for all.</param>
    public async ValueTask<Result<BackupManifest>> CreateAsync(string? place, string? database, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (!stores.Open(place).TryGet(out var store, out var error))
            return error;
        if (database is null)
            return await CreateAllAsync(store, progress, ct);
        if (!DatabaseAddress.Parse(database).TryGet(out var address, out error) || !(await address.FindAsync(accounts, databases, ct)).TryGet(out var found, out error))
            return error;
        return await store.CreateAsync(BackupFolder.Operator, BackupId.New(clock), found.Database, found.Owner.Email, progress, ct);
    }

    private async ValueTask<Result<BackupManifest>> CreateAllAsync(IBackupStore store, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        await using var alone = await store.TryLockAsync(ct);
        return alone is null ? BackupErrors.UnderWay : await store.CreateAsync(BackupId.New(clock), progress, ct);
    }

    /// <summary>The newest first.</summary>
    public async ValueTask<Result<IReadOnlyList<BackupSummary>>> ListAsync(string? place, CancellationToken ct)
    {
        if (!stores.Open(place).TryGet(out var store, out var error))
            return error;
        var backups = new List<BackupSummary>();
        await foreach (var backup in store.ListAsync(BackupFolder.Operator, ct))
            backups.Add(backup);
        return backups;
    }

    /// <summary>Reads everything of a backup again. Fails with backup_not_found, or with backup_unreadable, saying what is wrong.</summary>
    public async ValueTask<Result<BackupManifest>> VerifyAsync(string? place, string backup, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (!stores.Open(place).TryGet(out var store, out var error) || !ReadId(backup).TryGet(out var id, out error))
            return error;
        return await store.VerifyAsync(BackupFolder.Operator, id, progress, ct);
    }

    /// <summary>Brings everything of a backup into an empty server, or one database beside those that there are: that also out of a backup that its owner made.</summary>
    public async ValueTask<Result<RestoreReport>> RestoreAsync(RestoreRequest request, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (request is { Database: null } and ({ Name: not null } or { Overwrites: true }))
            return new Error(ErrorCodes.InvalidParameter, "A new name and overwriting are for the restoring of one database.") { Hint = "Name the database as well." };
        if (request is { Database: not null, SkipsDamaged: true })
            return new Error(ErrorCodes.InvalidParameter, "Leaving out what is damaged is for the restoring of everything.");
        if (!stores.Open(request.Place).TryGet(out var store, out var error) || !ReadId(request.Backup).TryGet(out var id, out error))
            return error;
        if (request.Database is { } database)
            return await RestoreOneAsync(store, id, database, request, progress, ct);
        if (!(await store.GetAsync(BackupFolder.Operator, id, ct)).TryGet(out var backup, out error))
            return error;
        return backup.IsOfAll
            ? await store.RestoreAllAsync(backup, request.SkipsDamaged, progress, ct)
            : new Error(ErrorCodes.InvalidParameter, $"This is a backup of the database {backup.Databases[0].FullName} alone.") { Hint = "Name the database as well." };
    }

    private async ValueTask<Result<RestoreReport>> RestoreOneAsync(
        IBackupStore store, BackupId id, string database, RestoreRequest request, IProgress<BackupProgress> progress, CancellationToken ct)
    {
        if (!DatabaseAddress.Parse(database).TryGet(out var address, out var error) || !(await address.FindOwnerAsync(accounts, ct)).TryGet(out var owner, out error))
            return error;
        var folder = await FindFolderAsync(store, id, owner, ct);
        if (!(await store.GetAsync(folder, id, ct)).TryGet(out var backup, out error))
            return error;
        if (backup.Databases.FirstOrDefault(d => d.Name == address.Name && d.OwnerEmail.Equals(address.Email, StringComparison.OrdinalIgnoreCase)) is not { } found)
            return new Error(ErrorCodes.DatabaseNotFound, $"The backup has no database '{Excerpt.Of(database)}'.");
        var name = found.Name;
        if (request.Name is { } text && !DatabaseName.Parse(text, "as").TryGet(out name, out error))
            return error;
        progress.Report(new(BackupStage.Restoring, 0, 1));
        var existing = await databases.FindAsync(owner.Id, name, ct);
        if (existing is not null && !request.Overwrites)
            return new Error(ErrorCodes.DatabaseExists, $"The account has a database '{name}' already.") { Hint = "Restore it under another name, or say that it is to be overwritten." };
        var restored = await audit.RunAsync(
            new AuditEvent(owner.Id, AuditActor.Operator, AuditActions.DatabaseRestore) { DatabaseId = existing?.Id, DatabaseName = name, Subject = backup.Id.Value },
            () => existing is null ? store.RestoreAsync(folder, backup, found, owner.Id, name, most: null, ct) : store.ReplaceAsync(folder, backup, found, existing, ct),
            made => made.Id,
            ct);
        return restored.TryGet(out _, out error) ? new RestoreReport(0, 1, found.File.Rows, []) : error;
    }

    /// <summary>Where a backup is: with the operator's, or with those that the owner made, also of a database that is gone.</summary>
    private static async ValueTask<BackupFolder> FindFolderAsync(IBackupStore store, BackupId id, Account owner, CancellationToken ct)
    {
        if (await ExistsAsync(BackupFolder.Operator))
            return BackupFolder.Operator;
        foreach (var owned in await store.ListOwnedAsync(ct))
        {
            if (owned.Owner == owner.Id && await ExistsAsync(owned.Folder))
                return owned.Folder;
        }

        return BackupFolder.Operator;

        async ValueTask<bool> ExistsAsync(BackupFolder folder) => (await store.GetAsync(folder, id, ct)).TryGet(out _, out var error) || error.Code != ErrorCodes.BackupNotFound;
    }

    private static Result<BackupId> ReadId(string text) =>
        BackupId.TryParse(text, out var id) ? id : new Error(ErrorCodes.InvalidParameter, $"'{Excerpt.Of(text)}' is no id of a backup.") { Hint = "They look like 20260131t235959z-0a1b2c3d." };
}
