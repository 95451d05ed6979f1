using System.Globalization;
using System.Text;
using Nebula.Core.Records;

namespace Nebula.Storage.Sql;

/// <summary>The one place where a value becomes SQL text for SQLite. For definitions alone, which take no parameters: defaults, checks, partial indexes.</summary>
internal static class SqliteLiteral
{
    public static string Of(TypedValue value) => value.Kind switch
    {
        ValueKind.Integer => value.Integer.ToString(CultureInfo.InvariantCulture),
        ValueKind.Real => Real(value.Real),
        ValueKind.Text => Text(value.AsText()),
        ValueKind.Blob => $"X'{Convert.ToHexString(value.Bytes.Span)}'",
        _ => "NULL",
    };

    public static string Text(string text) => text.Contains('\0')
        ? $"CAST(X'{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}' AS TEXT)" // the text of a statement ends at U+0000
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>With a point or an exponent, so that it is none of the integers.</summary>
    private static string Real(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? $"{text}.0" : text;
    }
}
