using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Records.Filters;

/// <summary>A condition as text in which nothing is left to guess: every group has parentheses, every literal its type where it is not plain.</summary>
internal static class CanonicalText
{
    public static string Of(Condition condition) => condition switch
    {
        Condition.All all => $"({string.Join(" and ", all.Parts.Select(Of))})",
        Condition.Any any => $"({string.Join(" or ", any.Parts.Select(Of))})",
        Condition.Not not => $"not {Of(not.Inner)}",
        Condition.Compare compare => $"{Of(compare.Left)} {compare.Comparison} {Of(compare.Right)}",
        Condition.IsNull isNull => $"{Of(isNull.Operand)} is {(isNull.IsNegated ? "not " : "")}null",
        Condition.In @in => $"{Of(@in.Operand)} {(@in.IsNegated ? "not " : "")}in [{string.Join(", ", @in.Values.Select(Of))}]",
        Condition.Between between => $"{Of(between.Operand)} {(between.IsNegated ? "not " : "")}between {Of(between.Low)} .. {Of(between.High)}",
        Condition.Match match => $"{Of(match.Text)} {(match.IsNegated ? "not " : "")}{match.Kind} {Of(match.Pattern)}",
        Condition.IsTrue isTrue => $"is true {Of(isTrue.Boolean)}",
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    public static string Of(Operand operand) => operand switch
    {
        Operand.Field { Path: [] } field => field.Column.Name,
        Operand.Field field => $"{string.Join('.', field.Path.Select(r => r.Name + (r.IsToMany ? "*" : "")))}.{field.Column.Name}",
        Operand.JsonField json => $"{Of(json.Column)}->{string.Join("->", json.Keys)}:{ColumnTypes.Name(json.Type)}",
        Operand.Literal literal => Of(literal),
        Operand.Call call => $"{call.Function}({string.Join(", ", call.Arguments.Select(Of))})",
        Operand.Output output => $"#{output.Index}",
        _ => throw new ArgumentOutOfRangeException(nameof(operand)),
    };

    private static string Of(Operand.Literal literal) => literal.Type switch
    {
        ColumnType.Text => $"'{literal.Value.AsText()}'",
        ColumnType.Integer => literal.Value.ToString(),
        ColumnType.Boolean => literal.Value.Integer == 1 ? "true" : "false",
        ColumnType.Decimal => $"DECIMAL {DecimalText.ToText(literal.Value.Integer, literal.Scale)}",
        ColumnType.Blob => $"BLOB {Convert.ToHexString(literal.Value.Bytes.Span)}",
        _ => $"{ColumnTypes.Name(literal.Type)} {(literal.Value.Kind == ValueKind.Text ? literal.Value.AsText() : literal.Value.ToString())}",
    };
}
