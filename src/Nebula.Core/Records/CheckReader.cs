using System.Globalization;
using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>Holds values against the checks of their column, so that a broken one is named with its field before the database has to refuse it.</summary>
public static class CheckReader
{
    /// <param name="bytes">What texts and blobs point into.</param>
    internal static FieldError? Fault(Column column, ColumnCheck check, in DraftValue value, ReadOnlySpan<byte> bytes)
    {
        var content = value.Kind is ValueKind.Text or ValueKind.Blob ? bytes[value.Range] : default;
        if (check.Min is { } min && Compare(value, content, min) < 0)
            return new(column.Name, FieldCodes.OutOfRange, $"must be at least {ValueText.Of(column, min)}");
        if (check.Max is { } max && Compare(value, content, max) > 0)
            return new(column.Name, FieldCodes.OutOfRange, $"must be at most {ValueText.Of(column, max)}");
        if (check.MinLength is not null || check.MaxLength is not null)
        {
            var length = value.Kind == ValueKind.Blob ? content.Length : CodePoints(content);
            if (length < check.MinLength)
                return new(column.Name, FieldCodes.TooShort, string.Create(CultureInfo.InvariantCulture, $"needs at least {check.MinLength} characters, got {length}"));
            if (length > check.MaxLength)
                return new(column.Name, FieldCodes.TooLong, string.Create(CultureInfo.InvariantCulture, $"may have at most {check.MaxLength} characters, got {length}"));
        }

        if (check.OneOf is { } allowed && !Contains(allowed, value, content))
            return new(column.Name, FieldCodes.NotAllowed, $"must be one of {string.Join(", ", allowed.Take(20).Select(v => ValueText.Of(column, v)))}");
        if (check.Pattern is { } pattern && value.Kind == ValueKind.Text && !pattern.IsMatch(Encoding.UTF8.GetString(content)))
            return new(column.Name, FieldCodes.Invalid, "does not match the pattern of the column");
        return null;
    }

    /// <summary>Whether a single value that is not null fulfils a check.</summary>
    public static bool Allows(Column column, ColumnCheck check, TypedValue value) => Fault(column, check, value) is null;

    /// <summary>Holds a single value against a check.</summary>
    internal static FieldError? Fault(Column column, ColumnCheck check, TypedValue value) => value.Kind switch
    {
        ValueKind.Integer => Fault(column, check, DraftValue.Of(value.Integer), default),
        ValueKind.Real => Fault(column, check, DraftValue.Of(value.Real), default),
        ValueKind.Text => Fault(column, check, DraftValue.Text(0, value.Bytes.Length), value.Bytes.Span),
        ValueKind.Blob => Fault(column, check, DraftValue.Blob(0, value.Bytes.Length), value.Bytes.Span),
        _ => null,
    };

    /// <summary>Orders two values of one column.</summary>
    internal static int Compare(TypedValue a, TypedValue b) => a.Kind switch
    {
        ValueKind.Integer => a.Integer.CompareTo(b.Integer),
        ValueKind.Real => a.Real.CompareTo(b.Real),
        _ => a.Bytes.Span.SequenceCompareTo(b.Bytes.Span),
    };

    private static bool Contains(IReadOnlyList<TypedValue> allowed, in DraftValue value, ReadOnlySpan<byte> content)
    {
        foreach (var one in allowed)
        {
            if (Compare(value, content, one) == 0)
                return true;
        }

        return false;
    }

    /// <summary>Both are of the column's type: numbers compare as numbers, texts and blobs by their bytes.</summary>
    private static int Compare(in DraftValue value, ReadOnlySpan<byte> content, TypedValue bound) => value.Kind switch
    {
        ValueKind.Integer => value.Integer.CompareTo(bound.Integer),
        ValueKind.Real => value.Real.CompareTo(bound.Real),
        _ => content.SequenceCompareTo(bound.Bytes.Span),
    };

    private static int CodePoints(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8)
            count += (b & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }
}
