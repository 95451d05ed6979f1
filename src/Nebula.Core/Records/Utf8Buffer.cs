using System.Buffers;

namespace Nebula.Core.Records;

/// <summary>
/// A growing run of UTF-8 from the array pool, for answers: rows are written into it while a statement is open, and sent when
/// it is closed. Not thread-safe. Disposing gives the memory back.
/// </summary>
public sealed class Utf8Buffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes;

    public Utf8Buffer(int capacity = 512) => _bytes = BytePool.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Writes bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(GetSpan(utf8.Length));
        Length += utf8.Length;
    }

    public void Write(byte ascii)
    {
        GetSpan(1)[0] = ascii;
        Length++;
    }

    /// <summary>Takes back what was written after <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = length;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Makes room for more bytes at once, where they are known to come.</summary>
    public void Reserve(int count)
    {
        count = Math.Max(count, 1);
        if (_bytes.Length - Length < count)
            Grow(count);
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0)
            BytePool.Return(bytes);
    }

    private void Grow(int count)
    {
        var larger = BytePool.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)_bytes.Length * 2, (long)Length + count)));
        Span.CopyTo(larger);
        var old = _bytes;
        _bytes = larger;
        if (old.Length > 0)
            BytePool.Return(old);
    }
}
