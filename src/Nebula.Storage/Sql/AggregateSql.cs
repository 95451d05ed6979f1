using System.Globalization;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// The SELECT of an aggregate. The groups are made in a subquery, so that what they are chosen and sorted by are columns of it: engines differ in where they take an output by its name.
/// </summary>
internal static class AggregateSql
{
    public static (string Sql, IReadOnlyList<SqlParameter> Parameters) Write(SqlDialect dialect, Table table, AggregateQuery query)
    {
        var (aliases, parameters) = (new AliasSequence(), new SqlParameters(dialect));
        var source = new JoinedSource(dialect, table, aliases);
        var operands = new OperandSql(source, parameters);
        var outputs = query.Outputs.Select((o, i) => $"{Output(dialect, o, operands)} AS {Name(i)}").ToList();
        var where = query.Filter is null ? "" : $" WHERE {new ConditionSql(source, parameters, aliases).Write(query.Filter)}";
        var groups = query.Groups == 0 ? "" : $" GROUP BY {string.Join(", ", Enumerable.Range(1, query.Groups))}";
        var having = query.Having is null ? "" : $" WHERE {new ConditionSql(dialect, o => Name(o.Index), parameters).Write(query.Having)}";
        var order = query.Sort.Count == 0 ? "" : $" ORDER BY {string.Join(", ", query.Sort.Select(Order))}";
        var limit = parameters.Add(query.Limit);
        var offset = parameters.Add(query.Offset);
        return ($"SELECT * FROM (SELECT {string.Join(", ", outputs)} FROM {source.From}{where}{groups}) AS g{having}{order} LIMIT {limit} OFFSET {offset}", parameters.Values);
    }

    private static string Output(SqlDialect dialect, AggregateOutput output, OperandSql operands)
    {
        if (output.Operand is null)
            return "count(*)";
        var operand = operands.Write(output.Operand);
        var type = new SqlType(output.Operand.Type, output.Operand.Scale);
        return output.Function switch
        {
            null => operand,
            AggregateFunction.Count => output.IsDistinct ? $"count(DISTINCT {operand})" : $"count({operand})",
            AggregateFunction.Sum => dialect.Sum(operand, type),
            AggregateFunction.Avg => dialect.Avg(operand, type),
            AggregateFunction.Min => dialect.Min(operand, type),
            AggregateFunction.Max => dialect.Max(operand, type),
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
