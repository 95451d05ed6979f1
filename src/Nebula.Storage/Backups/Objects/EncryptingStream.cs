namespace Nebula.Storage.Backups.Objects;

/// <summary>Content as it is read, encrypted: the header, then chunks. The content is disposed with it.</summary>
internal sealed class EncryptingStream : BlockStream
{
    private readonly Stream _content;
    private readonly ChunkReader _chunks;
    private readonly ChunkCipher _cipher;
    private readonly byte[] _encrypted = new byte[ChunkCipher.ChunkBytes + ChunkCipher.TagBytes];
    private byte[]? _header;

    public EncryptingStream(Stream content, BackupKey key, string name)
    {
        _content = content;
        _chunks = new ChunkReader(content, ChunkCipher.ChunkBytes);
        _header = ObjectHeader.Create(key);
        _cipher = new ChunkCipher(key.Derive(name, ObjectHeader.SaltOf(_header)));
    }

    protected override async ValueTask<(ReadOnlyMemory<byte> Block, bool IsLast)> NextAsync(CancellationToken ct)
    {
        if (_header is { } header)
        {
            _header = null;
            return (header, false);
        }

        var (chunk, isLast) = await _chunks.ReadAsync(ct);
        var output = _encrypted.AsMemory(0, chunk.Length + ChunkCipher.TagBytes);
        _cipher.Encrypt(chunk.Span, isLast, output.Span);
        return (output, isLast);
    }

    protected override void Dispose(bool disposing)
    {
        _cipher.Dispose();
        _content.Dispose();
        base.Dispose(disposing);
    }
}
