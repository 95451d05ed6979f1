using System.Globalization;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>A statement that changes or removes whatever matches a condition, up to a number of records.</summary>
/// <param name="Parameters">The values of the condition, from 1 on.</param>
/// <param name="Changed">The columns that are set, their values behind those of the condition; none when records are removed.</param>
internal sealed record MatchingSql(string Text, IReadOnlyList<TypedValue> Parameters, IReadOnlyList<Column> Changed)
{
    /// <param name="keys">SQL of what tells the rows apart, without a table.</param>
    public static MatchingSql Of(Table table, IReadOnlyList<string> keys, Condition condition, RecordDraft? change, long limit)
    {
        var aliases = new AliasSequence();
        var source = new JoinedSource(table, aliases);
        var parameters = new SqlParameters();
        var where = new ConditionSql(source, parameters, aliases).Write(condition);

        // A list of its own, complete before the first row is changed: a change must not make further records match.
        var matching = string.Create(
            CultureInfo.InvariantCulture, $"SELECT {string.Join(", ", keys.Select(k => $"{source.RootAlias}.{k}"))} FROM {source.From} WHERE {where} LIMIT {limit}");
        var name = Identifier.Quote(table.Name);
        var these = $"WHERE ({string.Join(", ", keys)}) IN ({matching})";
        if (change is null)
            return new MatchingSql($"DELETE FROM {name} {these}", parameters.Values, []);

        var changed = table.Columns.Where(c => change.Values[c.Ordinal].Kind != ValueKind.Absent).ToList();
        var sets = changed.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"{Identifier.Quote(c.Name)} = ?{parameters.Values.Count + i + 1}"));
        return new MatchingSql($"UPDATE {name} SET {string.Join(", ", sets)} {these}", parameters.Values, changed);
    }
}
