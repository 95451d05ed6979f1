using Nebula.Storage.Files;

namespace Nebula.Storage.Backups.Objects;

/// <summary>A stream that is made block by block as it is read.</summary>
internal abstract class BlockStream : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _block;
    private bool _isAtEnd;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_block.IsEmpty && !_isAtEnd)
            (_block, _isAtEnd) = await NextAsync(cancellationToken);
        var length = Math.Min(buffer.Length, _block.Length);
        _block[..length].CopyTo(buffer);
        _block = _block[length..];
        return length;
    }

    /// <summary>The next block, which stays as it is until this is called again, and whether it is the last one.</summary>
    protected abstract ValueTask<(ReadOnlyMemory<byte> Block, bool IsLast)> NextAsync(CancellationToken ct);
}
