using Nebula.Core.Records.Exports;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>The SELECT of one part of an export: the columns asked for, then what the rows are ordered by, from a position on.</summary>
internal static class ExportSql
{
    /// <param name="order">What the rows are ordered by.</param>
    public static string Write(SqlDialect dialect, Table table, ExportQuery query, IReadOnlyList<KeyTerm> order, ExportPosition? after, int limit, SqlParameters parameters)
    {
        var aliases = new AliasSequence();
        var source = new JoinedSource(dialect, table, aliases);
        var terms = order.Select(term => $"{source.RootAlias}.{term.Sql}").ToList();
        var columns = query.Fields.Select(f => source.Column(f.Path, f.Column)).Concat(terms).ToList();
        var tests = new List<string>();
        if (after is not null)
            tests.Add($"({string.Join(", ", terms)}) > ({string.Join(", ", after.Key.Select((value, i) => parameters.Add(value, order[i].Type)))})");
        if (query.Filter is { } filter)
            tests.Add(new ConditionSql(source, parameters, aliases).Write(filter));
        var where = tests.Count == 0 ? "" : $" WHERE {string.Join(" AND ", tests)}";
        var end = parameters.Add(limit);
        return $"SELECT {string.Join(", ", columns)} FROM {source.From}{where} ORDER BY {string.Join(", ", terms)} LIMIT {end}";
    }
}
