using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Nebula.Core.Records;

/// <summary>Writes single values into a CSV, as <see cref="ValueText"/> has them. A null writes nothing at all, which the empty text differs from by its quotes.</summary>
public static class CsvValues
{
    private static readonly SearchValues<byte> _quoted = SearchValues.Create(",\"\r\n"u8);

    public static void WriteInteger(Utf8Buffer csv, long value) => JsonValues.WriteInteger(csv, value);

    public static void WriteBoolean(Utf8Buffer csv, bool value) => JsonValues.WriteBoolean(csv, value);

    public static void WriteReal(Utf8Buffer csv, double value)
    {
        value.TryFormat(csv.GetSpan(32), out var written, "R", CultureInfo.InvariantCulture);
        csv.Advance(written);
    }

    public static void WriteDecimal(Utf8Buffer csv, long scaled, int scale) => csv.Advance(DecimalText.Write(scaled, scale, csv.GetSpan(24)));

    /// <summary>Text in quotes where it needs them. Bytes that are not UTF-8 become U+FFFD.</summary>
    public static void WriteText(Utf8Buffer csv, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        if (!utf8.IsEmpty && !utf8.ContainsAny(_quoted))
        {
            csv.Write(utf8);
            return;
        }

        csv.Write((byte)'"');
        for (var at = utf8.IndexOf((byte)'"'); at >= 0; at = utf8.IndexOf((byte)'"'))
        {
            csv.Write(utf8[..(at + 1)]);
            csv.Write((byte)'"');
            utf8 = utf8[(at + 1)..];
        }

        csv.Write(utf8);
        csv.Write((byte)'"');
    }

    /// <summary>Base64; an empty blob in quotes, as an empty text.</summary>
    public static void WriteBlob(Utf8Buffer csv, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            csv.Write("\"\""u8);
            return;
        }

        System.Buffers.Text.Base64.EncodeToUtf8(bytes, csv.GetSpan(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        csv.Advance(written);
    }
}
