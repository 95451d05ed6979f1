using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;

namespace Nebula.Baseline.Items;

/// <summary>UTF-8 in the making. Grows, and keeps what it has grown to.</summary>
internal sealed class ItemBuffer
{
    private static readonly SearchValues<byte> _escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    private byte[] _bytes = new byte[512];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Write(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Room(utf8.Length));
        Length += utf8.Length;
    }

    public void Write(long value)
    {
        _ = value.TryFormat(Room(20), out var count, default, CultureInfo.InvariantCulture);
        Length += count;
    }

    public void Write(double value)
    {
        _ = value.TryFormat(Room(32), out var count, default, CultureInfo.InvariantCulture);
        Length += count;
    }

    /// <summary>Writes a JSON string with its quotes.</summary>
    public void WriteText(ReadOnlySpan<byte> utf8)
    {
        // A byte becomes six at most.
        var room = Room(utf8.Length * 6 + 2);
        var count = utf8.Length;
        room[0] = (byte)'"';
        if (utf8.IndexOfAny(_escaped) < 0)
            utf8.CopyTo(room[1..]);
        else
            _ = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8, room[1..], out _, out count);
        room[count + 1] = (byte)'"';
        Length += count + 2;
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        return _bytes.AsSpan(Length);
    }
}
