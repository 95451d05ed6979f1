using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// Histories at the place where backups are kept, compressed and encrypted as these are. Throws <see cref="UnavailableException"/> when the place can't be reached, and
/// <see cref="UnreadableBackupException"/> for what can't be read. Thread-safe.
/// </summary>
internal sealed class HistoryStore(IBackupTarget target, BackupCodec codec)
{
    private const int BlockBytes = 80 * 1024;

    public string Location => target.Location;

    public async ValueTask WriteAsync(string name, Stream content, CancellationToken ct)
    {
        await using var encoded = codec.Encode(name, content);
        await target.WriteAsync(name, encoded, ct);
    }

    /// <summary>Writes what is large and takes the processors for long, on a thread that gives way to requests.</summary>
    public async ValueTask WriteCopyAsync(string name, DatabaseFileStream content, CancellationToken ct)
    {
        using var thread = new BackgroundThread();
        await using var encoded = new BackgroundStream(codec.Encode(name, content), thread);
        await target.WriteAsync(name, encoded, ct);
    }

    public async ValueTask WriteFileAsync(string name, string path, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await WriteAsync(name, file, ct);
    }

    public async ValueTask WriteJsonAsync<T>(string name, T value, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, type));
        await WriteAsync(name, content, ct);
    }

    /// <summary>The content of an object; null when there is none of the name.</summary>
    public async ValueTask<Stream?> OpenAsync(string name, CancellationToken ct) =>
        await target.OpenAsync(name, ct) is { } stored ? await codec.DecodeAsync(name, stored, ct) : null;

    /// <summary>Copies an object into a new file, and ends soon when it has more than so many bytes. Gives how many were copied; null when there is none of the name.</summary>
    /// <param name="isKept">Whether the file is synced later, and better as it is written.</param>
    public async ValueTask<long?> ReadFileAsync(string name, string path, bool isKept, long most, CancellationToken ct)
    {
        if (await target.OpenAsync(name, ct) is not { } stored)
            return null;
        using var thread = new BackgroundThread();
        return await thread.RunToEndAsync(() => UnpackAsync(name, stored, path, isKept, most, ct), CancellationToken.None);
    }

    public async ValueTask<T?> FindJsonAsync<T>(string name, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        if (await OpenAsync(name, ct) is not { } content)
            return null;
        await using (content)
        {
            try
            {
                return await JsonSerializer.DeserializeAsync(content, type, ct);
            }
            catch (JsonException e)
            {
                throw new UnreadableBackupException($"'{name}' is damaged.", e);
            }
        }
    }

    public IAsyncEnumerable<BackupObject> ListAsync(string prefix, CancellationToken ct) => target.ListAsync(prefix, ct);

    public ValueTask DeleteAsync(string name, CancellationToken ct) => target.DeleteAsync(name, ct);

    /// <summary>To be run on a background thread. Disposes what is stored.</summary>
    private async ValueTask<long?> UnpackAsync(string name, Stream stored, string path, bool isKept, long most, CancellationToken ct)
    {
        await using var content = await FromPlaceAsync(() => codec.DecodeAsync(name, new BlockingStream(stored), ct));
        using var file = SpoolDirectory.Create(path);
        var paced = isKept ? new PacedSync(file.SafeFileHandle) : null;
        var block = new byte[BlockBytes];
        long copied = 0;
        while (copied <= most && await FromPlaceAsync(() => content.ReadAsync(block, ct)) is > 0 and var read)
        {
            file.Write(block, 0, read);
            paced?.OnGrown();
            copied += read;
        }

        return copied;
    }

    /// <summary>What fails there is the place's fault, and not that of the disk that it is written to.</summary>
    private static async ValueTask<T> FromPlaceAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (IOException e)
        {
            throw new UnavailableException(new Error(ErrorCodes.Unavailable, "It broke off while it was read."), e);
        }
    }
}
