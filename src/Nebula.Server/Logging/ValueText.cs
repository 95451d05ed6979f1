using System.Collections;
using System.Globalization;

namespace Nebula.Server.Logging;

/// <summary>A logged value as UTF-8, not escaped, and without a string where the value can write itself.</summary>
internal static class ValueText
{
    private const int LongestNumber = 64;
    private const int LongestWanted = 4096;

    /// <summary>Returns whether the text is a number, true, false or null as JSON writes them.</summary>
    public static bool Append(Utf8Buffer output, object? value, string? format)
    {
        switch (value)
        {
            case null:
                output.Append("null"u8);
                return true;
            case string text:
                output.Append(text);
                return false;
            case bool truth:
                output.Append(truth ? "true"u8 : "false"u8);
                return true;
            case IUtf8SpanFormattable formattable when TryAppend(output, formattable, format):
                return IsNumber(value);
            case IFormattable formattable:
                output.Append(formattable.ToString(format, CultureInfo.InvariantCulture));
                return false;
            case IEnumerable values:
                AppendAll(output, values);
                return false;
            default:
                output.Append(value.ToString());
                return false;
        }
    }

    private static bool IsNumber(object value) => value switch
    {
        int or long or short or byte or uint or ulong or ushort or sbyte or decimal => true,
        double number => double.IsFinite(number),
        float number => float.IsFinite(number),
        _ => false,
    };

    private static bool TryAppend(Utf8Buffer output, IUtf8SpanFormattable value, string? format)
    {
        for (var size = LongestNumber; size <= LongestWanted; size *= 8)
        {
            if (!value.TryFormat(output.GetSpan(size), out var written, format, CultureInfo.InvariantCulture))
                continue;
            output.Advance(written);
            return true;
        }

        return false;
    }

    private static void AppendAll(Utf8Buffer output, IEnumerable values)
    {
        var isFirst = true;
        foreach (var value in values)
        {
            if (!isFirst)
                output.Append(", "u8);
            isFirst = false;
            output.Append(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null");
        }
    }
}
