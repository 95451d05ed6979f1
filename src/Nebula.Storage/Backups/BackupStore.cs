using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Files;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;

namespace Nebula.Storage.Backups;

/// <summary>Backups of a storage at one target.</summary>
internal sealed class BackupStore(
    IBackupTarget target, BackupCodec codec, IBackupEngine engine, BackupOrigin origin, IDatabaseStore databases, IDatabaseFileStore exports, TimeProvider clock, ILogger<BackupStore> logger) : IBackupStore
{
    private readonly BackupFiles _files = new(target, codec, engine);

    public string Location => target.Location;

    public ValueTask<Result<BackupManifest>> CreateAsync(BackupId id, IProgress<BackupProgress> progress, CancellationToken ct) => CreateAsync(BackupFolder.Operator, id, async () =>
    {
        var (metadata, entries) = await WriteMetadataAsync(id, ct);
        var (done, skipped) = (new List<BackedUpDatabase>(), new List<SkippedDatabase>());
        foreach (var entry in entries)
        {
            progress.Report(new(BackupStage.BackingUp, done.Count + skipped.Count + 1, entries.Count + 1));
            var written = await WriteAsync(BackupFolder.Operator, id, entry, ct);
            if (written.TryGet(out var database, out var error))
                done.Add(database);
            else if (error.Code != ErrorCodes.DatabaseNotFound) // one that was removed meanwhile is none any more
                skipped.Add(new SkippedDatabase(entry.FullName, error.Message));
        }

        return new BackupManifest(id, origin.Version, origin.Engine, metadata, done, skipped);
    }, ct);

    public ValueTask<Result<BackupManifest>> CreateAsync(
        BackupFolder folder, BackupId id, Database database, string ownerEmail, IProgress<BackupProgress> progress, CancellationToken ct) => CreateAsync(folder, id, async () =>
    {
        progress.Report(new(BackupStage.BackingUp, 0, 1));
        var entry = new BackupEntry(database.Id, database.OwnerId, ownerEmail, database.Name);
        return (await WriteAsync(folder, id, entry, ct)).TryGet(out var written, out var error) ? new BackupManifest(id, origin.Version, origin.Engine, Metadata: null, [written], []) : error;
    }, ct);

    public async IAsyncEnumerable<BackupSummary> ListAsync(BackupFolder folder, [EnumeratorCancellation] CancellationToken ct)
    {
        var ids = new List<BackupId>();
        await foreach (var (id, isComplete) in _files.ListAsync(folder, ct))
        {
            if (isComplete)
                ids.Add(id);
        }

        for (var i = ids.Count - 1; i >= 0; i--)
        {
            var read = await GetAsync(folder, ids[i], ct);
            if (read.TryGet(out var manifest, out var error))
                yield return new BackupSummary(ids[i], manifest, null);
            else if (error.Code != ErrorCodes.BackupNotFound) // removed meanwhile
                yield return new BackupSummary(ids[i], null, error.Message);
        }
    }

    public ValueTask<Result<BackupManifest>> GetAsync(BackupFolder folder, BackupId id, CancellationToken ct) =>
        GuardAsync<BackupManifest>(async () => await _files.FindManifestAsync(folder, id, ct) is { } manifest ? manifest : NotFound(id));

    public ValueTask<Result<BackupManifest>> VerifyAsync(BackupFolder folder, BackupId id, IProgress<BackupProgress> progress, CancellationToken ct) => GuardAsync<BackupManifest>(async () =>
    {
        if (await _files.FindManifestAsync(folder, id, ct) is not { } manifest)
            return NotFound(id);
        var files = manifest.Databases.Select(d => (BackupFiles.NameOf(folder, id, d), d.File)).ToList();
        if (manifest.Metadata is { } metadata)
            files.Insert(0, (BackupFiles.NameOf(folder, id, BackupFiles.MetadataName), metadata));
        foreach (var (index, (name, file)) in files.Index())
        {
            progress.Report(new(BackupStage.Verifying, index, files.Count));
            (await _files.FetchAsync(name, file, isKept: false, ct)).Dispose();
        }

        return manifest;
    });

    public ValueTask<Result<DatabaseExport>> OpenAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, CancellationToken ct) => GuardAsync<DatabaseExport>(async () =>
        new DatabaseExport(database.Name, SpoolDirectory.OpenForLastTime((await _files.FetchAsync(BackupFiles.NameOf(folder, backup.Id, database), database.File, isKept: false, ct)).Path)));

    public ValueTask<Result<RestoreReport>> RestoreAllAsync(BackupManifest backup, bool skipsDamaged, IProgress<BackupProgress> progress, CancellationToken ct) =>
        GuardAsync(() => new FullRestore(_files, engine, backup, skipsDamaged, clock, logger).RunAsync(progress, ct));

    public ValueTask<Result<Database>> RestoreAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, UserId owner, DatabaseName name, long? most, CancellationToken ct) => GuardAsync(async () =>
    {
        using var file = await _files.FetchAsync(BackupFiles.NameOf(folder, backup.Id, database), database.File, isKept: engine.KeepsFiles, ct);
        return await engine.AddAsync(owner, name, most, file.Path, ct);
    });

    public ValueTask<Result<Database>> ReplaceAsync(BackupFolder folder, BackupManifest backup, BackedUpDatabase database, Database replaced, CancellationToken ct) => GuardAsync(async () =>
    {
        using var file = await _files.FetchAsync(BackupFiles.NameOf(folder, backup.Id, database), database.File, isKept: engine.KeepsFiles, ct);
        return await engine.ReplaceAsync(replaced, file.Path, ct);
    });

    public ValueTask RemoveAsync(BackupFolder folder, BackupId id, CancellationToken ct) => _files.RemoveAsync(folder, id, ct);

    public ValueTask<IReadOnlyCollection<OwnedBackups>> ListOwnedAsync(CancellationToken ct) => _files.ListOwnedAsync(ct);

    public async ValueTask RemoveAllAsync(BackupFolder folder, CancellationToken ct)
    {
        var ids = new List<BackupId>();
        await foreach (var (id, _) in _files.ListAsync(folder, ct))
            ids.Add(id);
        foreach (var id in ids)
            await _files.RemoveAsync(folder, id, ct);
    }

    public async ValueTask RemoveIncompleteAsync(BackupFolder folder, DateTimeOffset before, CancellationToken ct)
    {
        var abandoned = new List<BackupId>();
        await foreach (var (id, isComplete) in _files.ListAsync(folder, ct))
        {
            if (!isComplete && id.Time < before)
                abandoned.Add(id);
        }

        foreach (var id in abandoned)
            await _files.RemoveAsync(folder, id, ct);
    }

    public ValueTask<IAsyncDisposable?> TryLockAsync(CancellationToken ct) => engine.TryLockAsync(ct);

    private ValueTask<Result<BackupManifest>> CreateAsync(BackupFolder folder, BackupId id, Func<ValueTask<Result<BackupManifest>>> write, CancellationToken ct) => GuardAsync<BackupManifest>(async () =>
    {
        var isComplete = false;
        try
        {
            if (!(await write()).TryGet(out var manifest, out var error))
                return error;
            await _files.WriteManifestAsync(folder, manifest, ct);
            isComplete = true;
            return manifest;
        }
        finally
        {
            if (!isComplete)
                await TryRemoveAsync(folder, id);
        }
    });

    private async ValueTask<(BackedUpFile Written, IReadOnlyList<BackupEntry> Databases)> WriteMetadataAsync(BackupId id, CancellationToken ct)
    {
        var path = engine.Spool.NewPath("metadata");
        try
        {
            await engine.SaveMetadataAsync(path, ct);
            var entries = MetadataFile.ListCreated(path);
            return (await _files.WriteAsync(BackupFiles.NameOf(BackupFolder.Operator, id, BackupFiles.MetadataName), SpoolDirectory.OpenForLastTime(path), ct), entries);
        }
        finally
        {
            SpoolDirectory.Remove(path);
        }
    }

    private async ValueTask<Result<BackedUpDatabase>> WriteAsync(BackupFolder folder, BackupId id, BackupEntry entry, CancellationToken ct)
    {
        if (!(await ExportAsync(entry.Id, ct)).TryGet(out var export, out var error))
            return error;
        using (export)
            return entry.With(await _files.WriteAsync(BackupFiles.NameOf(folder, id, entry.Id), export.Content, ct));
    }

    private async ValueTask<Result<DatabaseExport>> ExportAsync(DatabaseId id, CancellationToken ct)
    {
        try
        {
            return await databases.FindAsync(id, ct) is { } database ? await exports.ExportAsync(database, ct) : new Error(ErrorCodes.DatabaseNotFound, "The database was deleted.");
        }
        catch (UnavailableException e)
        {
            return e.Error; // of the place of one database, not of the backups'
        }
    }

    private async ValueTask TryRemoveAsync(BackupFolder folder, BackupId id)
    {
        try
        {
            await _files.RemoveAsync(folder, id, CancellationToken.None);
        }
        catch (UnavailableException e)
        {
            StorageLog.BackupNotTidied(logger, e, id); // without its manifest it is none
        }
    }

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

    private static Error NotFound(BackupId id) => new(ErrorCodes.BackupNotFound, $"There is no backup '{id}'.");
}
