using System.Globalization;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>Stored values of one type as values of another: only where nothing is lost.</summary>
public static class ValueConversion
{
    /// <summary>Whether values of one type can become values of the other at all.</summary>
    public static bool IsPossible(ColumnType from, ColumnType to) => (from, to) switch
    {
        _ when from == to => true,
        (ColumnType.Blob, _) or (_, ColumnType.Blob) => false,
        (ColumnType.Text, _) or (_, ColumnType.Text) => true,
        (ColumnType.Integer or ColumnType.Real or ColumnType.Decimal, ColumnType.Integer or ColumnType.Real or ColumnType.Decimal) => true,
        (ColumnType.Integer, ColumnType.Boolean) or (ColumnType.Boolean, ColumnType.Integer) => true,
        (ColumnType.Date, ColumnType.DateTime) or (ColumnType.DateTime, ColumnType.Date) => true,
        _ => false,
    };

    /// <summary>Converts a value that is not null; false when something of it would be lost, or it is not what its column says.</summary>
    public static bool TryConvert(Column from, Column to, TypedValue value, out TypedValue converted)
    {
        converted = value;
        if (!IsPossible(from.Type, to.Type))
            return false;
        switch (from.Type, to.Type)
        {
            case (ColumnType.Real, ColumnType.Integer) when value.Kind == ValueKind.Real:
                // The greatest double below 2^63 is far below it, so that what passes fits.
                var isWhole = value.Real == Math.Floor(value.Real) && value.Real is >= long.MinValue and < 9223372036854775808.0;
                converted = TypedValue.Of(isWhole ? (long)value.Real : 0);
                return isWhole;
            case (ColumnType.Decimal, ColumnType.Integer) when value.Kind == ValueKind.Integer:
                var (whole, rest) = Math.DivRem(value.Integer, Power(from.Scale));
                converted = TypedValue.Of(whole);
                return rest == 0;
            case (ColumnType.Integer, ColumnType.Real) when value.Kind == ValueKind.Integer:
                converted = TypedValue.Of((double)value.Integer);
                return converted.Real < 9223372036854775808.0 && (long)converted.Real == value.Integer;
            case (ColumnType.Boolean, ColumnType.Integer):
                return value is { Kind: ValueKind.Integer, Integer: 0 or 1 };
            case (ColumnType.DateTime, ColumnType.Date):
                var text = ValueText.Of(from, value);
                converted = TypedValue.Text(text[..Math.Min(DateText.DayLength, text.Length)]);
                return text.EndsWith("T00:00:00.000Z", StringComparison.Ordinal);
            default:
                return TryByText(from, to, value, out converted);
        }
    }

    private static bool TryByText(Column from, Column to, TypedValue value, out TypedValue converted)
    {
        var text = ValueText.Of(from, value);
        if (!ValueText.TryRead(to, text, out converted, out _))
            return false;

        // A double and a decimal have to be the same number again, and a text may not lose what tells it from another: '007' is no 7.
        if (from.Type == ColumnType.Real || (from.Type, to.Type) is (ColumnType.Decimal, ColumnType.Real))
            return ValueText.TryRead(from, ValueText.Of(to, converted), out var again, out _) && again == value;
        if (from.Type != ColumnType.Text)
            return true;
        return to.Type switch
        {
            ColumnType.Integer or ColumnType.Real => ValueText.Of(to, converted) == text,
            ColumnType.DateTime => DateText.TryReadMoment(text, out var moment) && moment.Ticks % TimeSpan.TicksPerMillisecond == 0,
            _ => true,
        };
    }

    private static long Power(int scale) => long.Parse($"1{new string('0', scale)}", CultureInfo.InvariantCulture);
}
