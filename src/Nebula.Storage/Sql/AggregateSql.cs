using System.Globalization;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// The SELECT of an aggregate. The groups are made in a subquery, so that what they are chosen and sorted by are columns of it: engines differ in where they take an output by its name.
/// </summary>
internal static class AggregateSql
{
    public static (string Sql, IReadOnlyList<TypedValue> Parameters) Write(Table table, AggregateQuery query)
    {
        var (aliases, parameters) = (new AliasSequence(), new SqlParameters());
        var source = new JoinedSource(table, aliases);
        var operands = new OperandSql(source, parameters);
        var outputs = query.Outputs.Select((o, i) => $"{Output(o, operands)} AS {Name(i)}").ToList();
        var where = query.Filter is null ? "" : $" WHERE {new ConditionSql(source, parameters, aliases).Write(query.Filter)}";
        var groups = query.Groups == 0 ? "" : $" GROUP BY {string.Join(", ", Enumerable.Range(1, query.Groups))}";
        var having = query.Having is null ? "" : $" WHERE {new ConditionSql(o => Name(o.Index), parameters).Write(query.Having)}";
        var order = query.Sort.Count == 0 ? "" : $" ORDER BY {string.Join(", ", query.Sort.Select(Order))}";
        var limit = parameters.Add(TypedValue.Of(query.Limit));
        var offset = parameters.Add(TypedValue.Of(query.Offset));
        return ($"SELECT * FROM (SELECT {string.Join(", ", outputs)} FROM {source.From}{where}{groups}){having}{order} LIMIT {limit} OFFSET {offset}", parameters.Values);
    }

    private static string Output(AggregateOutput output, OperandSql operands)
    {
        if (output.Operand is null)
            return "count(*)";
        var operand = operands.Write(output.Operand);
        return output.Function switch
        {
            null => operand,
            AggregateFunction.Count => output.IsDistinct ? $"count(DISTINCT {operand})" : $"count({operand})",
            AggregateFunction.Sum => $"sum({operand})",
            AggregateFunction.Avg => output.Operand.Scale == 0 ? $"avg({operand})" : $"avg({operand}) / 1e{output.Operand.Scale.ToString(CultureInfo.InvariantCulture)}",
            AggregateFunction.Min => $"min({operand})",
            AggregateFunction.Max => $"max({operand})",
            _ => throw new ArgumentOutOfRangeException(nameof(output)),
        };
    }

    private static string Order(AggregateSort sort)
    {
        var direction = sort.IsDescending ? " DESC" : "";
        return $"{Name(sort.Output)}{direction} NULLS {(sort.NullsFirst ? "FIRST" : "LAST")}";
    }

    private static string Name(int output) => string.Create(CultureInfo.InvariantCulture, $"o{output}");
}
