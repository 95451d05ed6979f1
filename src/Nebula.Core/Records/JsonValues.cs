using System.Buffers;
using System.Buffers.Text;
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

    /// <summary>The shortest number that reads back as the same double, always with a fraction or an exponent when it has one; what is not finite is null.</summary>
    public static void WriteReal(Utf8Buffer json, double value)
    {
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

    /// <summary>A string of base64.</summary>
    public static void WriteBlob(Utf8Buffer json, ReadOnlySpan<byte> bytes)
    {
        json.Write((byte)'"');
        Base64.EncodeToUtf8(bytes, json.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        json.Advance(written);
        json.Write((byte)'"');
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
