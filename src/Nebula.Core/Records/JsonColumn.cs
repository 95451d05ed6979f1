using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Nebula.Core.Records;

/// <summary>
/// The values of JSON columns: checked and brought into the form in which they are kept, without blanks between the tokens. What one of the engines could not
/// keep is refused on both: U+0000, halves of surrogate pairs, names given twice, numbers that a few characters make immense.
/// </summary>
internal static class JsonColumn
{
    /// <summary>Deep enough for any document that people make.</summary>
    private const int MaxDepth = 64;

    /// <summary>Less than that of any REAL. PostgreSQL writes numbers out: <c>1e-9999</c> would come back as so many digits.</summary>
    private const int LeastExponent = -400;

    /// <summary>The digits of the largest REAL.</summary>
    private const int MaxDigits = 308;

    private static readonly JsonReaderOptions _options = new() { MaxDepth = MaxDepth };

    /// <summary>Appends the value of a whole text. Gives what is wrong with it, or null.</summary>
    /// <param name="isStored">Whether it is there already, so that only what is no JSON is wrong with it.</param>
    public static string? TryRead(ReadOnlySpan<byte> utf8, IBufferWriter<byte> minified, bool isStored = false)
    {
        if (!Utf8.IsValid(utf8))
            return "is not UTF-8";
        var reader = new Utf8JsonReader(utf8, _options);
        try
        {
            reader.Read();
            if (TryCopy(ref reader, minified, isStored) is { } fault)
                return fault;
            return reader.Read() ? "holds more than one value" : null;
        }
        catch (JsonException)
        {
            return "is not JSON";
        }
    }

    /// <summary>Appends the value that the reader stands at the beginning of, and goes to its end. Gives what is wrong with it, or null.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string? TryCopy(ref Utf8JsonReader reader, IBufferWriter<byte> minified, bool isStored = false)
    {
        string? fault = null;
        var names = new Stack<HashSet<string>>();
        using var writer = new Utf8JsonWriter(minified, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth + 64 });
        var depth = reader.CurrentDepth;
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    if (reader.CurrentDepth - depth >= MaxDepth)
                        fault ??= $"is nested deeper than {MaxDepth}";
                    names.Push(new HashSet<string>(StringComparer.Ordinal));
                    writer.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    names.Pop();
                    writer.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    if (reader.CurrentDepth - depth >= MaxDepth)
                        fault ??= $"is nested deeper than {MaxDepth}";
                    writer.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    writer.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    var name = Text(ref reader, ref fault);
                    if (!names.Peek().Add(name))
                        fault ??= "has a name twice in one object";
                    writer.WritePropertyName(name);
                    break;
                case JsonTokenType.String:
                    writer.WriteStringValue(Text(ref reader, ref fault));
                    break;
                default:
                    if (!isStored && reader.TokenType == JsonTokenType.Number && IsImmense(reader.ValueSpan))
                        fault ??= "holds a number beyond those of a REAL";
                    writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
            }
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());

        return fault;
    }

    private static bool IsImmense(ReadOnlySpan<byte> number)
    {
        var at = number.IndexOfAny((byte)'e', (byte)'E');
        if (at < 0 && number.Length <= MaxDigits)
            return false;
        if (at >= 0 && !(int.TryParse(number[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) && exponent >= LeastExponent))
            return true;
        return !(double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real));
    }

    private static string Text(ref Utf8JsonReader reader, ref string? fault)
    {
        try
        {
            var text = reader.GetString() ?? "";
            if (text.Contains('\0'))
                fault ??= "holds U+0000";
            return text;
        }
        catch (InvalidOperationException)
        {
            fault ??= "holds half of a surrogate pair, which is no text";
            return "";
        }
    }
}
