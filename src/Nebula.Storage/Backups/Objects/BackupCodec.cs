namespace Nebula.Storage.Backups.Objects;

/// <summary>
/// What becomes of content on its way to a target and back: compressed by gzip, and encrypted when there is a key. Without a key the objects are what gzip reads. With one nothing else is read than what it encrypted:
/// whoever can write to the target must not be able to slip in a backup of his own. Thread-safe.
/// </summary>
internal sealed class BackupCodec(BackupKey? key)
{
    public bool IsEncrypting => key is not null;

    /// <summary>What is to be kept of a content, made as it is read. Disposing it does not dispose the content.</summary>
    /// <param name="name">Under which it will be kept.</param>
    public Stream Encode(string name, Stream content)
    {
        var compressed = new CompressingStream(content);
        return key is null ? compressed : new EncryptingStream(compressed, key, name);
    }

    /// <summary>
    /// The content of what is kept. Reading it throws <see cref="UnreadableBackupException"/> for whatever was not written as it is. Disposing it disposes what is kept, also when this throws, which it does with that
    /// exception.
    /// </summary>
    /// <param name="name">Under which it is kept.</param>
    public async ValueTask<Stream> DecodeAsync(string name, Stream stored, CancellationToken ct)
    {
        try
        {
            var start = new byte[ObjectHeader.Bytes];
            var length = await stored.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
            return new DecompressingStream(Decrypt(name, start.AsMemory(0, length), stored), name);
        }
        catch
        {
            await stored.DisposeAsync();
            throw;
        }
    }

    private Stream Decrypt(string name, ReadOnlyMemory<byte> start, Stream stored)
    {
        var isEncrypted = ObjectHeader.IsOne(start.Span);
        if (key is null)
            return isEncrypted ? throw new UnreadableBackupException($"'{name}' is encrypted, and no NEBULA_BACKUP_KEY is given.") : new StartedStream(start, stored);
        if (!isEncrypted)
            throw new UnreadableBackupException($"'{name}' is not encrypted. While NEBULA_BACKUP_KEY is given, only encrypted backups are read.");
        if (!ObjectHeader.IsOf(key, start.Span))
            throw new UnreadableBackupException($"'{name}' is encrypted with another key than NEBULA_BACKUP_KEY.");
        return new DecryptingStream(stored, key.Derive(name, ObjectHeader.SaltOf(start.Span)), name);
    }
}
