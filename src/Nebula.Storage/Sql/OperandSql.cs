using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>Writes operands as SQL.</summary>
/// <param name="column">Where a column is found.</param>
/// <param name="output">Where an output is found, in a condition on groups.</param>
internal sealed class OperandSql(Func<IReadOnlyList<Relation>, Column, string> column, Func<Operand.Output, string> output, SqlParameters parameters)
{
    /// <summary>For values of a table's own records, to sort or to group by: columns at the end of to-one paths, and functions of them.</summary>
    public OperandSql(JoinedSource source, SqlParameters parameters)
        : this(source.Column, _ => throw new InvalidOperationException("There are no outputs here."), parameters)
    {
    }

    public string Write(Operand operand) => operand switch
    {
        Operand.Field { Type: ColumnType.Text } field => SqliteDialect.TextColumn(column(field.Path, field.Column), field.Column.DeclaredType),
        Operand.Field field => column(field.Path, field.Column),
        Operand.JsonField json => SqliteDialect.JsonField(Write(json.Column), parameters.Add(TypedValue.Text(SqliteDialect.JsonPath(json.Keys))), json.Type),
        Operand.Literal literal => parameters.Add(literal.Value),
        Operand.Call call => Write(call),
        Operand.Output given => output(given),
        _ => throw new ArgumentOutOfRangeException(nameof(operand)),
    };

    /// <summary>Writes two operands so that they compare as the numbers that they are; a column stays as it is wherever it can, for its index.</summary>
    public (string Left, string Right) WritePair(Operand left, Operand right)
    {
        if (left.Type != ColumnType.Decimal && right.Type != ColumnType.Decimal)
            return (Write(left), Write(right));
        if (left.Type == ColumnType.Real || right.Type == ColumnType.Real)
            return (WriteReal(left), WriteReal(right));
        var scale = Math.Max(left.Scale, right.Scale);
        return (SqliteDialect.Rescale(Write(left), scale - left.Scale), SqliteDialect.Rescale(Write(right), scale - right.Scale));
    }

    /// <summary>Whether operands compare as they are kept.</summary>
    public static bool CompareAsKept(Operand left, Operand right) =>
        left.Type == ColumnType.Decimal || right.Type == ColumnType.Decimal ? left.Type == right.Type && left.Scale == right.Scale : true;

    private string WriteReal(Operand operand) =>
        operand.Type == ColumnType.Decimal ? SqliteDialect.DecimalToReal(Write(operand), operand.Scale) : Write(operand);

    private string Write(Operand.Call call)
    {
        var first = call.Arguments[0];
        return call.Function switch
        {
            FilterFunction.Lower => SqliteDialect.Lower(Write(first)),
            FilterFunction.Upper => SqliteDialect.Upper(Write(first)),
            FilterFunction.Length => SqliteDialect.Length(Write(first)),
            FilterFunction.Abs => SqliteDialect.Abs(Write(first)),
            FilterFunction.Round => SqliteDialect.Round(WriteReal(first), call.Arguments.Count > 1 ? Write(call.Arguments[1]) : "0"),
            FilterFunction.Coalesce => SqliteDialect.Coalesce(call.Arguments.Select(Write)),
            FilterFunction.Date => WriteDay(first),
            FilterFunction.Year => SqliteDialect.PartOfDay(WriteDay(first), 1, 4),
            FilterFunction.Month => SqliteDialect.PartOfDay(WriteDay(first), 6, 2),
            FilterFunction.Day => SqliteDialect.PartOfDay(WriteDay(first), 9, 2),
            _ => throw new ArgumentOutOfRangeException(nameof(call)),
        };
    }

    private string WriteDay(Operand operand) => operand.Type switch
    {
        ColumnType.Date => Write(operand),
        ColumnType.DateTime => SqliteDialect.Day(Write(operand)),
        _ => SqliteDialect.DayOfText(Write(operand)),
    };
}
