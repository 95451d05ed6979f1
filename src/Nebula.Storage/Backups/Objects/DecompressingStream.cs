using System.IO.Compression;

namespace Nebula.Storage.Backups.Objects;

/// <summary>The content of what was compressed by gzip. The compressed stream is disposed with it.</summary>
internal sealed class DecompressingStream(Stream compressed, string name) : BlockStream
{
    private const int BlockBytes = 64 * 1024;

    private readonly GZipStream _gzip = new(compressed, CompressionMode.Decompress);
    private readonly byte[] _content = new byte[BlockBytes];

    protected override async ValueTask<(ReadOnlyMemory<byte> Block, bool IsLast)> NextAsync(CancellationToken ct)
    {
        try
        {
            var read = await _gzip.ReadAsync(_content, ct);
            return (_content.AsMemory(0, read), read == 0);
        }
        catch (InvalidDataException e)
        {
            throw new UnreadableBackupException($"'{name}' is damaged.", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _gzip.Dispose();
        base.Dispose(disposing);
    }
}
