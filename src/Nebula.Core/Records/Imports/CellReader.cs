using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Imports;

/// <summary>
/// Reads the cells of a CSV as <see cref="ValueText"/> does. The types that most cells have are read straight from UTF-8, since an import is as fast as this is; what is not plain goes
/// the general way, which also says what is wrong with it.
/// </summary>
internal static class CellReader
{
    /// <summary>Sets the column's value in the draft; gives what is wrong with it, or null.</summary>
    public static FieldError? Read(RecordDraft draft, Column column, ReadOnlySpan<byte> utf8, bool isQuoted)
    {
        if ((utf8.IsEmpty && !isQuoted) || (column.Type == ColumnType.Json && utf8.Trim(" \t\r\n"u8).SequenceEqual("null"u8)))
            return ReadNull(draft, column);
        if (!TryReadPlain(draft, column, utf8, out var value) && ReadText(draft, column, utf8, out value) is { } fault)
            return fault with { Field = column.Name };
        draft.Set(column, value);
        return column.Check is { } check ? CheckReader.Fault(column, check, value, draft.Bytes) : null;
    }

    private static FieldError? ReadNull(RecordDraft draft, Column column)
    {
        if (!column.IsWritable)
            return null; // it is then given one
        if (!column.IsNullable)
            return new(column.Name, FieldCodes.Required, "may not be null");
        draft.Set(column, DraftValue.Null);
        return null;
    }

    private static bool TryReadPlain(RecordDraft draft, Column column, ReadOnlySpan<byte> utf8, out DraftValue value)
    {
        value = default;
        if (column.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt)
            return false;
        switch (column.Type)
        {
            case ColumnType.Integer when TryReadInteger(utf8, out var integer):
                value = DraftValue.Of(integer);
                return true;
            case ColumnType.Real when !utf8.Contains((byte)0) && double.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real):
                value = DraftValue.Of(real);
                return true;
            case ColumnType.Text when Utf8.IsValid(utf8) && !utf8.Contains((byte)0):
                value = DraftValue.Text(draft.Length, utf8.Length);
                utf8.CopyTo(draft.Append(utf8.Length));
                return true;
            default:
                return false;
        }
    }

    /// <summary>At most 18 digits, which can't overflow.</summary>
    private static bool TryReadInteger(ReadOnlySpan<byte> utf8, out long value)
    {
        value = 0;
        var isNegative = utf8 is [(byte)'-', ..];
        var digits = isNegative ? utf8[1..] : utf8;
        if (digits.Length is 0 or > 18)
            return false;
        foreach (var digit in digits)
        {
            if (digit - '0' is var number && (uint)number > 9)
                return false;
            value = value * 10 + number;
        }

        if (isNegative)
            value = -value;
        return true;
    }

    private static FieldError? ReadText(RecordDraft draft, Column column, ReadOnlySpan<byte> utf8, out DraftValue value)
    {
        value = default;
        if (!Utf8.IsValid(utf8))
            return new("", FieldCodes.Invalid, "is not UTF-8");
        var text = Encoding.UTF8.GetString(utf8);
        if (column.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt)
        {
            if (!DateText.TryReadMoment(text, out var moment))
                return new("", FieldCodes.NotADate, "expects a time such as 2026-11-23T10:00:00Z");
            value = DraftValue.Text(draft.Length, Timestamps.Length);
            Timestamps.Write(moment, draft.Append(Timestamps.Length));
            return null;
        }

        if (!ValueText.TryRead(column, text, out var typed, out var fault))
            return fault with { Message = $"{fault.Message}, got \"{Excerpt.Of(text)}\"" };
        value = typed.Kind switch
        {
            ValueKind.Integer => DraftValue.Of(typed.Integer),
            ValueKind.Real => DraftValue.Of(typed.Real),
            ValueKind.Blob => DraftValue.Blob(draft.Length, typed.Bytes.Length),
            _ => DraftValue.Text(draft.Length, typed.Bytes.Length),
        };
        if (typed.Kind is ValueKind.Text or ValueKind.Blob)
            typed.Bytes.Span.CopyTo(draft.Append(typed.Bytes.Length));
        return null;
    }
}
