using System.Globalization;
using System.Text;
using Nebula.Core.Records;

namespace Nebula.Core.Tests;

/// <summary>Shows a draft's values so that a test can compare them with a line of text.</summary>
internal static class DraftReading
{
    /// <summary>The values that were given, in catalogue order: <c>year=integer 30, title=text abc</c>.</summary>
    public static string Shown(this RecordDraft draft)
    {
        var shown = new List<string>();
        for (var i = 0; i < draft.Values.Length; i++)
        {
            if (draft.Values[i].Kind != ValueKind.Absent)
                shown.Add($"{draft.Table.Columns[i].Name}={Shown(draft.Values[i], draft.Bytes)}");
        }

        return string.Join(", ", shown);
    }

    public static string Shown(this DraftValue value, ReadOnlySpan<byte> bytes) => value.Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Integer => string.Create(CultureInfo.InvariantCulture, $"integer {value.Integer}"),
        ValueKind.Real => string.Create(CultureInfo.InvariantCulture, $"real {value.Real:R}"),
        ValueKind.Text => $"text {Encoding.UTF8.GetString(bytes[value.Range])}",
        ValueKind.Blob => $"blob {Convert.ToHexString(bytes[value.Range])}",
        _ => "absent",
    };

    /// <summary>The value of one column.</summary>
    public static string Shown(this RecordDraft draft, string column)
    {
        var found = draft.Table.Find(column);
        Assert.NotNull(found);
        return draft.Values[found.Ordinal].Shown(draft.Bytes);
    }

    /// <summary>A value as <see cref="Shown(DraftValue, ReadOnlySpan{byte})"/> shows it.</summary>
    public static string Shown(this TypedValue value) => value.Kind switch
    {
        ValueKind.Integer => DraftValue.Of(value.Integer).Shown([]),
        ValueKind.Real => DraftValue.Of(value.Real).Shown([]),
        ValueKind.Text => DraftValue.Text(0, value.Bytes.Length).Shown(value.Bytes.Span),
        ValueKind.Blob => DraftValue.Blob(0, value.Bytes.Length).Shown(value.Bytes.Span),
        _ => DraftValue.Null.Shown([]),
    };
}
