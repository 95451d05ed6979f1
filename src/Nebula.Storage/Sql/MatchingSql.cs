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
    /// <summary>Every table of SQLite answers to these names for its rowid, unless it has columns of theirs.</summary>
    private static readonly string[] _rowIds = ["_rowid_", "rowid", "oid"];

    /// <param name="hasRowId">Whether the table has a rowid; not asked of one whose key it is.</param>
    public static MatchingSql Of(Table table, Condition condition, RecordDraft? change, long limit, bool hasRowId)
    {
        var aliases = new AliasSequence();
        var source = new JoinedSource(table, aliases);
        var parameters = new SqlParameters();
        var where = new ConditionSql(source, parameters, aliases).Write(condition);
        var keys = RowKey(table, hasRowId);

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

    /// <summary>
    /// What tells the rows apart, whatever the table is: the rowid, which also rows have whose key is null, or the key where there is no rowid
    /// (https://sqlite.org/withoutrowid.html). A null can't be compared with a list.
    /// </summary>
    private static IReadOnlyList<string> RowKey(Table table, bool hasRowId)
    {
        if (table.Key is null && hasRowId && _rowIds.FirstOrDefault(name => table.Find(name) is null) is { } rowId)
            return [rowId];
        return table.KeyColumns.Count > 0
            ? [.. table.KeyColumns.Select(c => Identifier.Quote(c.Name))]
            : throw new InvalidOperationException("The table has no key and hides its rowid under columns of that name.");
    }
}
