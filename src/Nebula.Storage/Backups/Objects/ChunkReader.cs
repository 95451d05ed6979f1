namespace Nebula.Storage.Backups.Objects;

/// <summary>Reads a stream in chunks of one size, of which the last one may be shorter, and only a stream of nothing has an empty one. Looks one chunk ahead to know the last.</summary>
internal sealed class ChunkReader(Stream source, int size)
{
    private byte[] _current = new byte[size];
    private byte[] _next = new byte[size];
    private int _nextLength = -1;

    /// <summary>The chunk stays as it is until the next is read. Not to be called after the last one.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Chunk, bool IsLast)> ReadAsync(CancellationToken ct)
    {
        if (_nextLength < 0)
            _nextLength = await FillAsync(ct);
        (_current, _next) = (_next, _current);
        var length = _nextLength;
        _nextLength = length == size ? await FillAsync(ct) : 0;
        return (_current.AsMemory(0, length), _nextLength == 0);
    }

    private ValueTask<int> FillAsync(CancellationToken ct) => source.ReadAtLeastAsync(_next, size, throwOnEndOfStream: false, ct);
}
