using System.Globalization;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>A statement that changes or removes whatever matches a condition, up to a number of records.</summary>
/// <param name="Parameters">The values of the condition, from 1 on.</param>
/// <param name="Changed">The columns that are set, their values behind those of the condition; none when records are removed. Behind them the write's own condition has its parameter.</param>
internal sealed record MatchingSql(string Text, IReadOnlyList<SqlParameter> Parameters, IReadOnlyList<Column> Changed)
{
    /// <param name="keys">What tells the rows apart.</param>
    public static MatchingSql Of(SqlDialect dialect, Table table, IReadOnlyList<KeyTerm> keys, Condition condition, RecordDraft? change, long limit)
    {
        var aliases = new AliasSequence();
        var source = new JoinedSource(dialect, table, aliases);
        var parameters = new SqlParameters(dialect);
        var where = new ConditionSql(source, parameters, aliases).Write(condition);

        // A list of its own, complete before the first row is changed: a change must not make further records match.
        var matching = dialect.Chosen(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {string.Join(", ", keys.Select(k => $"{source.RootAlias}.{k.Sql}"))} FROM {source.From} WHERE {where} LIMIT {limit}"), source.RootAlias);
        var name = dialect.Table(table.Name);
        var these = $"WHERE ({string.Join(", ", keys.Select(k => k.Sql))}) IN ({matching})";
        string Guard(int set) => dialect.WriteCondition(parameters.Values.Count + set + 1) is { } condition ? $" AND {condition}" : "";
        if (change is null)
            return new MatchingSql($"DELETE FROM {name} {these}{Guard(0)}", parameters.Values, []);

        var changed = table.Columns.Where(c => change.Values[c.Ordinal].Kind != ValueKind.Absent).ToList();
        var sets = changed.Select((c, i) => $"{Identifier.Quote(c.Name)} = {dialect.Parameter(parameters.Values.Count + i + 1)}");
        return new MatchingSql($"UPDATE {name} SET {string.Join(", ", sets)} {these}{Guard(changed.Count)}", parameters.Values, changed);
    }
}
