using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>The tables that a query or a condition reads by following relations.</summary>
public static class QueriedTables
{
    public static IEnumerable<Table> Of(RecordQuery query)
    {
        IEnumerable<Table> tables =
        [
            .. query.Sort.SelectMany(k => Of(k.Path)),
            .. (query.Fields ?? []).SelectMany(f => Of(f.Path)),
            .. query.Expansions.SelectMany(Of),
        ];
        return (query.Filter is null ? tables : tables.Concat(Of(query.Filter))).Distinct();
    }

    public static IEnumerable<Table> Of(Condition condition) => OperandsOf(condition).SelectMany(Of);

    /// <summary>What the tests of a condition are about.</summary>
    public static IEnumerable<Operand> OperandsOf(Condition condition) => condition switch
    {
        Condition.All all => all.Parts.SelectMany(OperandsOf),
        Condition.Any any => any.Parts.SelectMany(OperandsOf),
        Condition.Not not => OperandsOf(not.Inner),
        Condition.Compare compare => [compare.Left, compare.Right],
        Condition.IsNull isNull => [isNull.Operand],
        Condition.In isIn => isIn.Values.Prepend(isIn.Operand),
        Condition.Between between => [between.Operand, between.Low, between.High],
        Condition.Match match => [match.Text, match.Pattern],
        Condition.IsTrue isTrue => [isTrue.Boolean],
        _ => throw new InvalidOperationException($"{condition.GetType().Name} is no condition that is known."),
    };

    public static IEnumerable<Table> Of(Operand operand) => PathsOf(operand).SelectMany(Of);

    /// <summary>The relations that the columns of an operand are reached by.</summary>
    public static IEnumerable<IReadOnlyList<Relation>> PathsOf(Operand operand) => operand switch
    {
        Operand.Field field => [field.Path],
        Operand.JsonField json => [json.Column.Path],
        Operand.Call call => call.Arguments.SelectMany(PathsOf),
        _ => [],
    };

    private static IEnumerable<Table> Of(Expansion expansion) =>
    [
        expansion.Relation.Target,
        .. expansion.Sort.SelectMany(k => Of(k.Path)),
        .. (expansion.Fields ?? []).SelectMany(f => Of(f.Path)),
        .. expansion.Filter is null ? [] : Of(expansion.Filter),
        .. expansion.Expansions.SelectMany(Of),
    ];

    private static IEnumerable<Table> Of(IReadOnlyList<Relation> path) => path.Select(r => r.Target);
}
