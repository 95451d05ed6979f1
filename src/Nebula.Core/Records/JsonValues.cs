using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace Nebula.Core.Records;

/// <summary>Writes single JSON values into a <see cref="Utf8Buffer"/>, the same for every engine. Straight bytes: this runs for each column of each row.</summary>
public static class JsonValues
{
    private static readonly SearchValues<byte> _escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    public static void WriteNull(Utf8Buffer json) => json.Write("null"u8);

    public static void WriteBoolean(Utf8Buffer json, bool value) => json.Write(value ? "true"u8 : "false"u8);

    public static void WriteInteger(Utf8Buffer json, long value)
    {
        value.TryFormat(json.GetSpan(20), out var written);
        json.Advance(written);
    }

    /// <summary>A record's id: a number where the key is an integer, else a string; null where there is no key.</summary>
    public static void WriteId(Utf8Buffer json, RecordId id)
    {
        if (id.IsInteger)
            WriteInteger(json, id.Value);
        else if (id.IsNone)
            WriteNull(json);
        else
            WriteText(json, Encoding.UTF8.GetBytes(id.ToString()));
    }

    /// <summary>The shortest number that reads back as the same double; what is not finite is null.</summary>
    public static void WriteReal(Utf8Buffer json, double value)
    {
        if (TryWriteHundredths(json, value))
            return;
        if (!double.IsFinite(value))
        {
            WriteNull(json);
            return;
        }

        value.TryFormat(json.GetSpan(32), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        json.Advance(written);
    }

    /// <summary>A string from UTF-8. Bytes that are not UTF-8 (another program can store them) become U+FFFD.</summary>
    public static void WriteText(Utf8Buffer json, ReadOnlySpan<byte> utf8)
    {
        var target = json.GetSpan(utf8.Length + 2);
        target[0] = (byte)'"';
        if (TryCopyPlain(utf8, target[1..]))
        {
            target[utf8.Length + 1] = (byte)'"';
            json.Advance(utf8.Length + 2);
            return;
        }

        if (!Utf8.IsValid(utf8))
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));

        json.Write((byte)'"');
        for (var at = utf8.IndexOfAny(_escaped); at >= 0; at = utf8.IndexOfAny(_escaped))
        {
            json.Write(utf8[..at]);
            WriteEscape(json, utf8[at]);
            utf8 = utf8[(at + 1)..];
        }

        json.Write(utf8);
        json.Write((byte)'"');
    }

    /// <summary>A string with the decimal's digits.</summary>
    public static void WriteDecimal(Utf8Buffer json, long scaled, int scale)
    {
        json.Write((byte)'"');
        json.Advance(DecimalText.Write(scaled, scale, json.GetSpan(24)));
        json.Write((byte)'"');
    }

    /// <summary>A value that is JSON already; as a string if it is not, which only another program can have stored.</summary>
    public static void WriteJson(Utf8Buffer json, ReadOnlySpan<byte> utf8)
    {
        var start = json.Length;
        if (JsonColumn.TryRead(utf8, json, isStored: true) is null)
            return;
        json.Truncate(start);
        WriteText(json, utf8);
    }

    /// <summary>A string of base64.</summary>
    public static void WriteBlob(Utf8Buffer json, ReadOnlySpan<byte> bytes)
    {
        json.Write((byte)'"');
        Base64.EncodeToUtf8(bytes, json.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        json.Advance(written);
        json.Write((byte)'"');
    }

    /// <summary>
    /// Prices and the like, five times as fast as in general. A decimal of at most 15 significant digits is the only one so short for its double, so it is what the
    /// general way finds too.
    /// </summary>
    private static bool TryWriteHundredths(Utf8Buffer json, double value)
    {
        var scaled = value * 100;
        if (!(Math.Abs(scaled) < 1e15))
            return false;
        var hundredths = (long)scaled;
        if (hundredths / 100.0 != value || (hundredths == 0 && double.IsNegative(value)))
            return false;

        var (whole, rest) = Math.DivRem(hundredths, 100);
        var target = json.GetSpan(24);
        var length = 0;
        if (hundredths < 0)
            target[length++] = (byte)'-';
        Math.Abs(whole).TryFormat(target[length..], out var written);
        length += written;
        rest = Math.Abs(rest);
        if (rest != 0)
        {
            target[length++] = (byte)'.';
            target[length++] = (byte)('0' + rest / 10);
            if (rest % 10 != 0)
                target[length++] = (byte)('0' + rest % 10);
        }

        json.Advance(length);
        return true;
    }

    /// <summary>Copies printable ASCII that needs no escape, in one pass of 16 bytes at a time; false as soon as there is anything else.</summary>
    private static bool TryCopyPlain(ReadOnlySpan<byte> source, Span<byte> target)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target[..source.Length]);
        if (source.Length < Vector128<byte>.Count)
        {
            for (var i = 0; i < source.Length; i++)
            {
                var value = Unsafe.Add(ref from, i);
                if (value is < 0x20 or >= 0x80 or (byte)'"' or (byte)'\\')
                    return false;
                Unsafe.Add(ref to, i) = value;
            }

            return true;
        }

        var last = source.Length - Vector128<byte>.Count;
        for (var i = 0; ; i = Math.Min(i + Vector128<byte>.Count, last))
        {
            var block = Vector128.LoadUnsafe(ref from, (nuint)i);

            // As signed bytes everything from 0x80 on is negative, so one comparison finds controls and what is not ASCII.
            var special = Vector128.LessThan(block.AsSByte(), Vector128.Create((sbyte)0x20)).AsByte()
                | Vector128.Equals(block, Vector128.Create((byte)'"')) | Vector128.Equals(block, Vector128.Create((byte)'\\'));
            if (special != Vector128<byte>.Zero)
                return false;
            block.StoreUnsafe(ref to, (nuint)i);
            if (i == last)
                return true;
        }
    }

    private static void WriteEscape(Utf8Buffer json, byte value)
    {
        ReadOnlySpan<byte> escape = value switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            _ => [],
        };
        if (!escape.IsEmpty)
        {
            json.Write(escape);
            return;
        }

        const string Hex = "0123456789abcdef";
        json.Write("\\u00"u8);
        json.Write((byte)Hex[value >> 4]);
        json.Write((byte)Hex[value & 0xF]);
    }
}
