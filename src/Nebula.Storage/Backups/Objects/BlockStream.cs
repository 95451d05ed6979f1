namespace Nebula.Storage.Backups.Objects;

/// <summary>A stream that is read asynchronously from its beginning to its end, and made block by block as it is read.</summary>
internal abstract class BlockStream : Stream
{
    private ReadOnlyMemory<byte> _block;
    private bool _isAtEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_block.IsEmpty && !_isAtEnd)
            (_block, _isAtEnd) = await NextAsync(cancellationToken);
        var length = Math.Min(buffer.Length, _block.Length);
        _block[..length].CopyTo(buffer);
        _block = _block[length..];
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The next block, which stays as it is until this is called again, and whether it is the last one.</summary>
    protected abstract ValueTask<(ReadOnlyMemory<byte> Block, bool IsLast)> NextAsync(CancellationToken ct);
}
