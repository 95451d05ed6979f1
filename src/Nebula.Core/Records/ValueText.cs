using System.Globalization;
using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>
/// Values as plain text, typed by their column: the one reading for query parameters, ids, CSV and strings in filters. What JSON writes as a number or a word is
/// written the same here.
/// </summary>
public static class ValueText
{
    /// <summary>Reads a value that is not null. When it can't be read, <paramref name="fault"/> says why, without the field's name.</summary>
    public static bool TryRead(Column column, string text, out TypedValue value, out FieldError fault)
    {
        (value, fault) = (default, default);
        var read = column.Type switch
        {
            ColumnType.Integer => Integer(text),
            ColumnType.Real => Real(text),
            ColumnType.Boolean => Boolean(text),
            ColumnType.Text => text.Contains('\0') ? Fail(FieldCodes.WrongType, "expects TEXT, which can't hold U+0000") : TypedValue.Text(text),
            ColumnType.Blob => Blob(text),
            ColumnType.Decimal => Decimal(column, text),
            ColumnType.Date => DateText.IsDay(text) ? TypedValue.Text(text) : Fail(FieldCodes.NotADate, "expects a day such as 2026-11-23"),
            ColumnType.DateTime => DateText.TryReadMoment(text, out var moment)
                ? TypedValue.Text(Timestamps.ToText(moment))
                : Fail(FieldCodes.NotADate, "expects a time such as 2026-11-23T10:00:00Z"),
            ColumnType.Uuid => Guid.TryParseExact(text, "D", out var uuid) ? TypedValue.Text(uuid.ToString("D")) : Fail(FieldCodes.NotAUuid, "expects a UUID"),
            ColumnType.Json => Json(text),
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
        if (read.TryGet(out value, out var error))
            return true;
        fault = error.Details[0];
        return false;
    }

    /// <summary>Writes a stored value as <see cref="TryRead"/> reads it; a null as the empty text.</summary>
    public static string Of(Column column, TypedValue value) => value.Kind switch
    {
        ValueKind.Integer when column.Type == ColumnType.Decimal => DecimalText.ToText(value.Integer, column.Scale),
        ValueKind.Integer when column.Type == ColumnType.Boolean => value.Integer switch { 0 => "false", 1 => "true", var other => other.ToString(CultureInfo.InvariantCulture) },
        ValueKind.Integer => value.Integer.ToString(CultureInfo.InvariantCulture),
        ValueKind.Real => value.Real.ToString("R", CultureInfo.InvariantCulture),
        ValueKind.Text => value.AsText(),
        ValueKind.Blob => Convert.ToBase64String(value.Bytes.Span),
        _ => "",
    };

    private static Result<TypedValue> Integer(string text)
    {
        // The library's parser alone would take any number of U+0000 at the end.
        if (!IsWhole(text))
            return Fail(FieldCodes.WrongType, "expects INTEGER");
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? TypedValue.Of(value)
            : Fail(FieldCodes.OutOfRange, "lies outside of the 64 bits of an INTEGER");
    }

    private static Result<TypedValue> Real(string text)
    {
        if (text.Contains('\0') || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return Fail(FieldCodes.WrongType, "expects REAL");
        if (double.IsFinite(value))
            return TypedValue.Of(value);
        return text.AsSpan().ContainsAnyInRange('0', '9') // no word such as Infinity
            ? Fail(FieldCodes.OutOfRange, "lies outside of the range of a REAL")
            : Fail(FieldCodes.WrongType, "expects REAL");
    }

    private static Result<TypedValue> Boolean(string text) => text switch
    {
        "1" => TypedValue.Of(true),
        "0" => TypedValue.Of(false),
        _ when text.Equals("true", StringComparison.OrdinalIgnoreCase) => TypedValue.Of(true),
        _ when text.Equals("false", StringComparison.OrdinalIgnoreCase) => TypedValue.Of(false),
        _ => Fail(FieldCodes.WrongType, "expects BOOLEAN"),
    };

    private static Result<TypedValue> Blob(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written)
            ? TypedValue.Blob(bytes.AsMemory(0, written))
            : Fail(FieldCodes.NotBase64, "expects base64");
    }

    private static Result<TypedValue> Decimal(Column column, string text) =>
        DecimalText.TryRead(text, column.Precision, column.Scale, out var scaled) is var outcome && outcome == DecimalText.Outcome.Read
            ? TypedValue.Of(scaled)
            : DecimalFault(column, outcome);

    /// <summary>Why a text is no value of a DECIMAL column.</summary>
    internal static Error DecimalFault(Column column, DecimalText.Outcome outcome) => outcome switch
    {
        DecimalText.Outcome.TooManyDigits => Fail(FieldCodes.OutOfRange, $"has more than {column.Scale} digits behind the point"),
        DecimalText.Outcome.OutOfRange => Fail(FieldCodes.OutOfRange, $"has more than {column.Precision - column.Scale} digits before the point"),
        _ => Fail(FieldCodes.WrongType, $"expects DECIMAL({column.Precision},{column.Scale})"),
    };

    private static Result<TypedValue> Json(string text)
    {
        var utf8 = new UTF8Encoding(false, false).GetBytes(text);
        using var minified = new Utf8Buffer(utf8.Length + 16);
        return JsonColumn.TryRead(utf8, minified) is { } why ? Fail(FieldCodes.Invalid, why) : TypedValue.Text(minified.Span.ToArray());
    }

    /// <summary>Whether it is a whole number of any size.</summary>
    internal static bool IsWhole(string text)
    {
        var digits = text.AsSpan(text is ['-' or '+', ..] ? 1 : 0);
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
    }

    private static Error Fail(string code, string message) => new(code, message) { Details = [new FieldError("", code, message)] };
}
