using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Nebula.Storage.Moving;

/// <summary>
/// Brings JSON into one form for all texts that say the same: names sorted, numbers by their digits and their power of ten, strings without escapes. For comparing only: it is not JSON.
/// Used by one thread at a time.
/// </summary>
internal sealed class JsonDigest
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 1000 };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Valid until the next call. What is no JSON stays as it is.</summary>
    public ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> utf8)
    {
        _buffer.ResetWrittenCount();
        try
        {
            using var json = JsonDocument.Parse(utf8.ToArray(), _options);
            Write(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for half of a surrogate pair
        {
            _buffer.ResetWrittenCount();
            _buffer.Write(utf8);
        }

        return _buffer.WrittenSpan;
    }

    private void Write(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Mark('{');
                foreach (var property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    WriteText(property.Name);
                    Write(property.Value);
                }

                Mark('}');
                break;
            case JsonValueKind.Array:
                Mark('[');
                foreach (var item in element.EnumerateArray())
                    Write(item);
                Mark(']');
                break;
            case JsonValueKind.String:
                WriteText(element.GetString() ?? "");
                break;
            case JsonValueKind.Number:
                Mark('#');
                _buffer.Write(Encoding.ASCII.GetBytes(Number(element.GetRawText())));
                Mark(';');
                break;
            default:
                Mark(element.ValueKind switch { JsonValueKind.True => 't', JsonValueKind.False => 'f', _ => 'n' });
                break;
        }
    }

    private void WriteText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Mark('"');
        Utf8Formatter.TryFormat(bytes.Length, _buffer.GetSpan(16), out var written);
        _buffer.Advance(written);
        Mark(':');
        _buffer.Write(bytes);
    }

    private void Mark(char mark)
    {
        _buffer.GetSpan(1)[0] = (byte)mark;
        _buffer.Advance(1);
    }

    /// <summary>The digits without zeros at either end, and the power of ten that they are to be taken times: <c>1.50e3</c> is <c>15e2</c>.</summary>
    private static string Number(string text)
    {
        var sign = text[0] == '-' ? "-" : "";
        var e = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = text.AsSpan(sign.Length, (e < 0 ? text.Length : e) - sign.Length);
        var point = mantissa.IndexOf('.');
        var digits = mantissa.ToString().Replace(".", "", StringComparison.Ordinal);
        var exponent = (e < 0 ? System.Numerics.BigInteger.Zero : System.Numerics.BigInteger.Parse(text.AsSpan(e + 1), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture))
            - (point < 0 ? 0 : mantissa.Length - point - 1);
        var trimmed = digits.TrimEnd('0');
        exponent += digits.Length - trimmed.Length;
        trimmed = trimmed.TrimStart('0');
        return trimmed.Length == 0 ? "0" : $"{sign}{trimmed}e{exponent.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
