using System.Globalization;
using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Filters;

/// <summary>Gives literals the type of what they meet. Each method gives null when it has noted a fault.</summary>
internal sealed class LiteralBinder(DateTimeOffset now, FilterFaults faults)
{
    /// <summary>The type that a literal has where nothing else gives it one.</summary>
    public static ColumnType NaturalType(ValueSyntax literal) => literal switch
    {
        ValueSyntax.Number number => IsWhole(number.Digits, out _) ? ColumnType.Integer : ColumnType.Real,
        ValueSyntax.Boolean => ColumnType.Boolean,
        ValueSyntax.Moment { IsDay: true } => ColumnType.Date,
        ValueSyntax.Moment => ColumnType.DateTime,
        _ => ColumnType.Text,
    };

    /// <summary>Reads a literal as a value of a type.</summary>
    /// <param name="isExact">The type itself and no other that compares with it: a number that is no INTEGER is then not read as REAL.</param>
    /// <param name="other">What gives the type, for a message.</param>
    public Operand? Bind(ValueSyntax literal, ColumnType type, int scale, bool isExact, string other)
    {
        switch (literal, type)
        {
            case (ValueSyntax.Text text, ColumnType.Text):
                return new Operand.Literal(TypedValue.Text(text.Value), type);
            case (ValueSyntax.Text text, ColumnType.Date or ColumnType.DateTime or ColumnType.Uuid or ColumnType.Decimal or ColumnType.Blob):
                return Read(text, type, scale);
            case (ValueSyntax.Number number, ColumnType.Integer):
                if (IsWhole(number.Digits, out var whole))
                    return new Operand.Literal(TypedValue.Of(whole), type);
                return isExact ? Mismatch(literal, other) : Real(number);
            case (ValueSyntax.Number number, ColumnType.Real):
                return Real(number);
            case (ValueSyntax.Number number, ColumnType.Decimal):
                return Decimal(number, scale);
            case (ValueSyntax.Number { Digits: "0" or "1" } number, ColumnType.Boolean):
                return new Operand.Literal(TypedValue.Of(number.Digits == "1"), type);
            case (ValueSyntax.Boolean boolean, ColumnType.Boolean):
                return new Operand.Literal(TypedValue.Of(boolean.Value), type);
            case (ValueSyntax.Moment { IsDay: true }, ColumnType.Date or ColumnType.Text):
                return new Operand.Literal(TypedValue.Text(Timestamps.ToText(now)[..DateText.DayLength]), type);
            case (ValueSyntax.Moment { IsDay: true }, ColumnType.DateTime):
                return new Operand.Literal(TypedValue.Text(Timestamps.ToText(new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero))), type);
            case (ValueSyntax.Moment { IsDay: false }, ColumnType.DateTime or ColumnType.Text):
                return new Operand.Literal(TypedValue.Text(Timestamps.ToText(now)), type);
            case (ValueSyntax.Moment { IsDay: false }, ColumnType.Date):
                return Mismatch(literal, other, "A day compares with @today.");
            case (ValueSyntax.Null, _):
                faults.Add(literal.At, "unexpected 'null'", "; only =, != and is compare with it", FieldCodes.WrongType);
                return null;
            default:
                return Mismatch(literal, other);
        }
    }

    private Operand.Literal? Mismatch(ValueSyntax literal, string other, string? hint = null)
    {
        faults.Add(literal.At, faults.Shown(literal.At, literal.End), $" does not go with {other}", FieldCodes.WrongType, hint);
        return null;
    }

    private Operand.Literal? Read(ValueSyntax.Text text, ColumnType type, int scale)
    {
        // What the other side is need not be a column: only its type matters here.
        var typed = new Column
        {
            Ordinal = 0,
            Name = "",
            Type = type,
            Precision = DecimalText.MaxPrecision,
            Scale = scale,
            DeclaredType = "",
            IsNullable = true,
            IsUnique = false,
            IsPrimaryKey = false,
        };
        if (ValueText.TryRead(typed, text.Value, out var value, out var fault))
            return new(value, type, scale);
        var why = fault.Message.StartsWith("expects", StringComparison.Ordinal) ? $"; expected{fault.Message["expects".Length..]}" : $" {fault.Message}";
        faults.Add(text.At, faults.Shown(text.At, text.End), why, fault.Code);
        return null;
    }

    private Operand.Literal? Real(ValueSyntax.Number number)
    {
        var value = double.Parse(number.Digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsFinite(value))
            return new(TypedValue.Of(value), ColumnType.Real);
        faults.Add(number.At, faults.Shown(number.At, number.End), " lies outside of the range of a REAL", FieldCodes.OutOfRange);
        return null;
    }

    private Operand.Literal? Decimal(ValueSyntax.Number number, int scale)
    {
        // Not held to the column's own precision: what is too large for it can still be compared with it.
        var outcome = DecimalText.TryRead(number.Digits, DecimalText.MaxPrecision, scale, out var scaled);
        if (outcome == DecimalText.Outcome.Read)
            return new(TypedValue.Of(scaled), ColumnType.Decimal, scale);
        var why = outcome == DecimalText.Outcome.TooManyDigits ? $"more than {scale} digits behind the point" : $"more than {DecimalText.MaxPrecision - scale} digits before the point";
        faults.Add(number.At, faults.Shown(number.At, number.End), $" has {why}", FieldCodes.OutOfRange);
        return null;
    }

    private static bool IsWhole(string digits, out long value) => IntegralLiteral.Read(Encoding.ASCII.GetBytes(digits), out value) == IntegralLiteral.Outcome.Whole;
}
