using Nebula.Core.Records;
using Nebula.Core.Records.Exports;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>The SELECT of one part of an export: the columns asked for, then what the rows are ordered by, from a position on.</summary>
internal static class ExportSql
{
    /// <param name="order">SQL of what the rows are ordered by, without a table.</param>
    public static string Write(Table table, ExportQuery query, IReadOnlyList<string> order, ExportPosition? after, int limit, SqlParameters parameters)
    {
        var aliases = new AliasSequence();
        var source = new JoinedSource(table, aliases);
        var terms = order.Select(term => $"{source.RootAlias}.{term}").ToList();
        var columns = query.Fields.Select(f => source.Column(f.Path, f.Column)).Concat(terms).ToList();
        var tests = new List<string>();
        if (after is not null)
            tests.Add($"({string.Join(", ", terms)}) > ({string.Join(", ", after.Key.Select(parameters.Add))})");
        if (query.Filter is { } filter)
            tests.Add(new ConditionSql(source, parameters, aliases).Write(filter));
        var where = tests.Count == 0 ? "" : $" WHERE {string.Join(" AND ", tests)}";
        var end = parameters.Add(TypedValue.Of((long)limit));
        return $"SELECT {string.Join(", ", columns)} FROM {source.From}{where} ORDER BY {string.Join(", ", terms)} LIMIT {end}";
    }
}
