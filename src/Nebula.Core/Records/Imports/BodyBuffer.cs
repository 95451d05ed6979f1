namespace Nebula.Core.Records.Imports;

/// <summary>A body as it comes in: the bytes that were received and not taken yet, as one run. Not thread-safe.</summary>
internal sealed class BodyBuffer(Stream body) : IDisposable
{
    private byte[] _bytes = BytePool.Rent(128 * 1024);
    private int _start;
    private int _end;

    /// <summary>Whether nothing comes behind <see cref="Unread"/>.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>May be changed in place. Valid until more is received.</summary>
    public Span<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    public void Take(int count) => _start += count;

    /// <summary>Receives more, or notes the end.</summary>
    public async ValueTask ReceiveAsync(CancellationToken ct)
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        else if (_end == _bytes.Length)
            MakeRoom();
        var count = await body.ReadAsync(_bytes.AsMemory(_end), ct);
        _end += count;
        IsEnded = count == 0;
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0)
            BytePool.Return(bytes);
    }

    private void MakeRoom()
    {
        // Half of it at least: a line that ends just behind the end is not worth a larger run.
        if (_start >= _bytes.Length / 2)
        {
            Unread.CopyTo(_bytes);
        }
        else
        {
            var larger = BytePool.Rent(_bytes.Length * 2);
            Unread.CopyTo(larger);
            BytePool.Return(_bytes);
            _bytes = larger;
        }

        (_start, _end) = (0, _end - _start);
    }
}
