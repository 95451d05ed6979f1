using System.Globalization;
using System.Runtime.CompilerServices;
using Nebula.Core.Accounts;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage.Backups.Manifests;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;

namespace Nebula.Storage.Backups;

/// <summary>The objects of backups at a target: written, read back and removed. Throws <see cref="UnreadableBackupException"/> for what is not as it was written. Thread-safe.</summary>
internal sealed class BackupFiles(IBackupTarget target, BackupCodec codec, IBackupEngine engine)
{
    /// <summary>How many files are unpacked and checked at once, whoever asks for them: each takes a thread and as much of the disk as the whole database.</summary>
    private const int FetchedAtOnce = 2;

    private static readonly SemaphoreSlim _fetching = new(FetchedAtOnce);

    private const int BlockBytes = 64 * 1024;

    public const string MetadataName = "metadata.db";

    private const string ManifestName = "manifest.json";
    private const int MaxManifestBytes = 256 * 1024 * 1024;

    public static string NameOf(BackupFolder folder, BackupId id, string name) => $"{folder.Path}{id}/{name}";

    public static string NameOf(BackupFolder folder, BackupId id, BackedUpDatabase database) => NameOf(folder, id, database.Id);

    public static string NameOf(BackupFolder folder, BackupId id, DatabaseId database) => NameOf(folder, id, $"databases/{database}.db");

    /// <summary>Writes a SQLite file, reads it back, and tells what it is.</summary>
    public async ValueTask<BackedUpFile> WriteAsync(string name, Stream content, CancellationToken ct)
    {
        using var thread = new BackgroundThread();
        await using var hashed = new HashingStream(new BlockingStream(content));
        await using (var encoded = new BackgroundStream(codec.Encode(name, hashed), thread))
            await target.WriteAsync(name, encoded, ct);
        using var readBack = await FetchAsync(name, hashed.Bytes, isKept: false, ct);
        return readBack.Found.Sha256 == hashed.Sha256() && readBack.Found.Bytes == hashed.Bytes
            ? readBack.Found
            : throw new UnreadableBackupException($"'{name}' was read back with other content than was written.");
    }

    /// <summary>Reads a file into the spool and compares it with what the manifest says.</summary>
    /// <param name="isKept">Whether it will be synced beside a server's commits, and so had better be on the disk by then.</param>
    public async ValueTask<FetchedFile> FetchAsync(string name, BackedUpFile expected, bool isKept, CancellationToken ct)
    {
        var fetched = await FetchAsync(name, expected.Bytes, isKept, ct);
        if (fetched.Found.Sha256 == expected.Sha256 && fetched.Found.Bytes == expected.Bytes && fetched.Found.Tables.SequenceEqual(expected.Tables.OrderBy(t => t.Name, StringComparer.Ordinal)))
            return fetched;
        fetched.Dispose();
        throw new UnreadableBackupException($"'{name}' is not what the manifest says.");
    }

    /// <summary>Makes a backup exist.</summary>
    public async ValueTask WriteManifestAsync(BackupFolder folder, BackupManifest manifest, CancellationToken ct)
    {
        var name = NameOf(folder, manifest.Id, ManifestName);
        using var json = new MemoryStream(ManifestText.Write(manifest));
        if (!codec.IsEncrypting)
        {
            await target.WriteAsync(name, json, ct); // as it is, for people
            return;
        }

        await using var encoded = codec.Encode(name, json);
        await target.WriteAsync(name, encoded, ct);
    }

    /// <summary>Null when there is no backup.</summary>
    public async ValueTask<BackupManifest?> FindManifestAsync(BackupFolder folder, BackupId id, CancellationToken ct)
    {
        var name = NameOf(folder, id, ManifestName);
        if (await target.OpenAsync(name, ct) is not { } stored)
            return null;
        using var bytes = new MemoryStream();
        await using (stored)
            await CopyManifestAsync(stored, bytes, ct);
        if (!codec.IsEncrypting && bytes.Length > 0 && bytes.GetBuffer()[0] == '{')
            return ManifestText.Read(id, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        using var json = new MemoryStream();
        bytes.Position = 0;
        await using (var decoded = await codec.DecodeAsync(name, bytes, ct))
            await CopyManifestAsync(decoded, json, ct);
        return ManifestText.Read(id, json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    /// <summary>The backups of which there is anything, the oldest first, and whether their manifest is there.</summary>
    public async IAsyncEnumerable<(BackupId Id, bool IsComplete)> ListAsync(BackupFolder folder, [EnumeratorCancellation] CancellationToken ct)
    {
        (BackupId Id, bool IsComplete)? current = null;
        await foreach (var found in target.ListAsync(folder.Path, ct))
        {
            var slash = found.Name.IndexOf('/', folder.Path.Length);
            if (slash < 0 || !BackupId.TryParse(found.Name[folder.Path.Length..slash], out var id))
                continue; // nothing of ours
            if (current is { } finished && finished.Id != id)
                yield return finished;
            current = (id, (current is { } same && same.Id == id && same.IsComplete) || found.Name == NameOf(folder, id, ManifestName));
        }

        if (current is { } last)
            yield return last;
    }

    /// <summary>The databases that there are backups of which their owners made. By the names of objects alone, which whoever can write to the target chooses.</summary>
    public async ValueTask<IReadOnlyCollection<OwnedBackups>> ListOwnedAsync(CancellationToken ct)
    {
        var owned = new HashSet<OwnedBackups>();
        await foreach (var found in target.ListAsync(BackupFolder.Owners, ct))
        {
            if (found.Name[BackupFolder.Owners.Length..].Split('/') is [var account, var number, var backup, _, ..] && UserId.TryParse(account, out var owner)
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var database) && BackupId.TryParse(backup, out _))
                owned.Add(new OwnedBackups(owner, new DatabaseId(database)));
        }

        return owned;
    }

    /// <summary>The database with the highest number of those that owners have backups of; null when there is none. Only such count that can be read and are of that database.</summary>
    public async ValueTask<DatabaseId?> FindLastOwnedAsync(CancellationToken ct)
    {
        foreach (var owned in (await ListOwnedAsync(ct)).OrderByDescending(o => o.Database.Value))
        {
            var folder = BackupFolder.Of(owned.Owner, owned.Database);
            await foreach (var (id, isComplete) in ListAsync(folder, ct))
            {
                if (isComplete && await IsOfAsync(owned, folder, id, ct))
                    return owned.Database;
            }
        }

        return null;
    }

    /// <summary>The manifest first: what is left of a removal that was cut short is no backup any more.</summary>
    public async ValueTask RemoveAsync(BackupFolder folder, BackupId id, CancellationToken ct)
    {
        await target.DeleteAsync(NameOf(folder, id, ManifestName), ct);
        var names = new List<string>();
        await foreach (var found in target.ListAsync(NameOf(folder, id, ""), ct))
            names.Add(found.Name);
        foreach (var name in names)
            await target.DeleteAsync(name, ct);
    }

    private async ValueTask<bool> IsOfAsync(OwnedBackups owned, BackupFolder folder, BackupId id, CancellationToken ct)
    {
        try
        {
            return await FindManifestAsync(folder, id, ct) is { Databases: [{ } one] } && one.Id == owned.Database && one.OwnerId == owned.Owner;
        }
        catch (UnreadableBackupException)
        {
            return false;
        }
    }

    /// <param name="length">How many bytes it has at most: what is small as it is kept can be larger than the disk.</param>
    private async ValueTask<FetchedFile> FetchAsync(string name, long length, bool isKept, CancellationToken ct)
    {
        await _fetching.WaitAsync(ct);
        try
        {
            return await FetchNowAsync(name, length, isKept, ct);
        }
        finally
        {
            _fetching.Release();
        }
    }

    private async ValueTask<FetchedFile> FetchNowAsync(string name, long length, bool isKept, CancellationToken ct)
    {
        using var thread = new BackgroundThread();
        var stored = await target.OpenAsync(name, ct) ?? throw new UnreadableBackupException($"'{name}' is missing.");
        var path = engine.Spool.NewPath("backup");
        try
        {
            var (bytes, sha256) = await thread.RunToEndAsync(() => UnpackAsync(name, stored, path, length, isKept, ct), CancellationToken.None);
            return new FetchedFile(path, new BackedUpFile(bytes, await SizeAsync(name, ct), sha256, await SqliteInspection.RunAsync(path, name, ct)));
        }
        catch
        {
            SpoolDirectory.Remove(path);
            throw;
        }
    }

    /// <summary>To be run on a background thread. Disposes what is stored.</summary>
    private async ValueTask<(long Bytes, string Sha256)> UnpackAsync(string name, Stream stored, string path, long length, bool isKept, CancellationToken ct)
    {
        await using var content = new HashingStream(await codec.DecodeAsync(name, new BlockingStream(stored), ct));
        using var file = SpoolDirectory.Create(path);
        var paced = isKept ? new PacedSync(file.SafeFileHandle) : null;
        var block = new byte[BlockBytes];
        for (int read; (read = await content.ReadAsync(block, ct)) > 0;)
        {
            if (content.Bytes > length)
                throw new UnreadableBackupException($"'{name}' is larger than the {length} bytes that it was written with.");
            file.Write(block, 0, read);
            paced?.OnGrown();
        }

        return (content.Bytes, content.Sha256());
    }

    private async ValueTask<long> SizeAsync(string name, CancellationToken ct)
    {
        await foreach (var found in target.ListAsync(name, ct))
        {
            if (found.Name == name)
                return found.Size;
        }

        throw new UnreadableBackupException($"'{name}' is missing.");
    }

    private static async ValueTask CopyManifestAsync(Stream from, MemoryStream to, CancellationToken ct)
    {
        var block = new byte[BlockBytes];
        for (int read; (read = await from.ReadAsync(block, ct)) > 0;)
        {
            if (to.Length + read > MaxManifestBytes)
                throw new UnreadableBackupException("A manifest is larger than any can be.");
            to.Write(block, 0, read);
        }
    }
}
