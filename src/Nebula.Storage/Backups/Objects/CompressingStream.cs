using System.IO.Compression;

namespace Nebula.Storage.Backups.Objects;

/// <summary>Content as it is read, compressed by gzip. The content is not disposed.</summary>
internal sealed class CompressingStream : BlockStream
{
    private const int BlockBytes = 64 * 1024;

    private readonly Stream _content;
    private readonly byte[] _read = new byte[BlockBytes];
    private readonly MemoryStream _compressed = new();
    private readonly GZipStream _gzip;

    public CompressingStream(Stream content)
    {
        _content = content;
        _gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true);
    }

    protected override async ValueTask<(ReadOnlyMemory<byte> Block, bool IsLast)> NextAsync(CancellationToken ct)
    {
        _compressed.SetLength(0);
        var read = await _content.ReadAsync(_read, ct);
        if (read > 0)
            _gzip.Write(_read.AsSpan(0, read));
        else
            await _gzip.DisposeAsync(); // which writes what it still holds
        return (_compressed.GetBuffer().AsMemory(0, (int)_compressed.Length), read == 0);
    }

    protected override void Dispose(bool disposing)
    {
        _gzip.Dispose();
        _compressed.Dispose();
        base.Dispose(disposing);
    }
}
