using System.Security.Cryptography;

namespace Nebula.Storage.Backups.Objects;

/// <summary>The content of the chunks of an encrypted object. Gives nothing that was not authenticated. The chunks' stream is disposed with it.</summary>
internal sealed class DecryptingStream(Stream stored, byte[] key, string name) : BlockStream
{
    private readonly ChunkReader _chunks = new(stored, ChunkCipher.ChunkBytes + ChunkCipher.TagBytes);
    private readonly ChunkCipher _cipher = new(key);
    private readonly byte[] _content = new byte[ChunkCipher.ChunkBytes];

    protected override async ValueTask<(ReadOnlyMemory<byte> Block, bool IsLast)> NextAsync(CancellationToken ct)
    {
        var (chunk, isLast) = await _chunks.ReadAsync(ct);
        if (chunk.Length < ChunkCipher.TagBytes)
            throw Damaged(null);
        var output = _content.AsMemory(0, chunk.Length - ChunkCipher.TagBytes);
        try
        {
            _cipher.Decrypt(chunk.Span, isLast, output.Span);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Damaged(e);
        }

        return (output, isLast);
    }

    protected override void Dispose(bool disposing)
    {
        _cipher.Dispose();
        stored.Dispose();
        base.Dispose(disposing);
    }

    private UnreadableBackupException Damaged(Exception? inner) => new($"'{name}' was changed, cut, or is another object.", inner);
}
