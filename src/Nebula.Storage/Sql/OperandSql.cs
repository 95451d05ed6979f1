using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>Writes operands as SQL.</summary>
/// <param name="column">Where a column is found.</param>
/// <param name="output">Where an output is found, in a condition on groups.</param>
internal sealed class OperandSql(SqlDialect dialect, Func<IReadOnlyList<Relation>, Column, string> column, Func<Operand.Output, string> output, SqlParameters parameters)
{
    /// <summary>For values of a table's own records, to sort or to group by: columns at the end of to-one paths, and functions of them.</summary>
    public OperandSql(JoinedSource source, SqlParameters parameters)
        : this(source.Dialect, source.Column, _ => throw new InvalidOperationException("There are no outputs here."), parameters)
    {
    }

    public string Write(Operand operand) => operand switch
    {
        Operand.Field field => dialect.Operand(column(field.Path, field.Column), field.Column),
        Operand.JsonField json => dialect.JsonField(Write(json.Column), json.Keys, json.Type, parameters),
        Operand.Literal literal => parameters.Add(literal.Value, new SqlType(literal.Type, literal.Scale)),
        Operand.Call call => Write(call),
        Operand.Output given => output(given),
        _ => throw new ArgumentOutOfRangeException(nameof(operand)),
    };

    /// <summary>Compares two operands as the numbers that they are; a column stays as it is wherever it can, for its index.</summary>
    public string Compare(Operand left, string sign, Operand right)
    {
        if (!dialect.ComparesExactly && left.Type == ColumnType.Integer && right.Type == ColumnType.Real)
            return CompareExactly(left, sign, right);
        if (!dialect.ComparesExactly && left.Type == ColumnType.Real && right.Type == ColumnType.Integer)
            return CompareExactly(right, Turned(sign), left);
        if (left.Type != ColumnType.Decimal && right.Type != ColumnType.Decimal)
            return $"({Write(left)} {sign} {Write(right)})";
        if (left.Type == ColumnType.Real || right.Type == ColumnType.Real)
            return $"({WriteReal(left)} {sign} {WriteReal(right)})";
        var scale = Math.Max(left.Scale, right.Scale);
        return $"({dialect.Rescale(Write(left), scale - left.Scale)} {sign} {dialect.Rescale(Write(right), scale - right.Scale)})";
    }

    /// <summary>Whether operands compare as they are kept.</summary>
    public bool CompareAsKept(Operand left, Operand right)
    {
        if (left.Type == ColumnType.Decimal || right.Type == ColumnType.Decimal)
            return left.Type == right.Type && left.Scale == right.Scale;
        return dialect.ComparesExactly || left.Type == right.Type;
    }

    /// <summary>A literal becomes of the other's type where that changes nothing of its value.</summary>
    private string CompareExactly(Operand whole, string sign, Operand real)
    {
        if (real is Operand.Literal { Value.Real: var value } && Math.Truncate(value) == value && value is >= -9223372036854775808.0 and < 9223372036854775808.0)
            return $"({Write(whole)} {sign} {parameters.Add((long)value)})";
        if (whole is Operand.Literal { Value.Integer: >= -(1L << 53) and <= 1L << 53 and var integer })
            return $"({parameters.Add(TypedValue.Of((double)integer), new SqlType(ColumnType.Real))} {sign} {Write(real)})";
        return dialect.CompareExactly(Write(whole), sign, Write(real));
    }

    private static string Turned(string sign) => sign switch
    {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        _ => sign,
    };

    private string WriteReal(Operand operand) =>
        operand.Type == ColumnType.Decimal ? dialect.DecimalToReal(Write(operand), operand.Scale) : Write(operand);

    private string Write(Operand.Call call)
    {
        var first = call.Arguments[0];
        return call.Function switch
        {
            FilterFunction.Lower => dialect.Lower(Write(first)),
            FilterFunction.Upper => dialect.Upper(Write(first)),
            FilterFunction.Length => dialect.Length(Write(first)),
            FilterFunction.Abs => dialect.Abs(Write(first)),
            FilterFunction.Round => dialect.Round(WriteReal(first), call.Arguments.Count > 1 ? Write(call.Arguments[1]) : "0"),
            FilterFunction.Coalesce => $"coalesce({string.Join(", ", call.Arguments.Select(Write))})",
            FilterFunction.Date => WriteDay(first),
            FilterFunction.Year => dialect.YearOf(WriteDay(first)),
            FilterFunction.Month => dialect.MonthOf(WriteDay(first)),
            FilterFunction.Day => dialect.DayOfMonth(WriteDay(first)),
            _ => throw new ArgumentOutOfRangeException(nameof(call)),
        };
    }

    private string WriteDay(Operand operand) => operand.Type switch
    {
        ColumnType.Date => Write(operand),
        ColumnType.DateTime => dialect.Day(Write(operand)),
        _ => dialect.DayOfText(Write(operand)),
    };
}
