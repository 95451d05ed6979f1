using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// An upsert in one statement, for engines on which others write at the same time. What is there is looked for first, so that a record that is merged uses up no id; one that somebody else adds between the two
/// is the conflict of the insert. The draft's values are the parameters from 1 on, in catalogue order, and behind them that of the write's own condition.
/// </summary>
internal static class UpsertSql
{
    /// <summary>Whether the record was added, behind all columns of it.</summary>
    private const string IsCreated = "_nebula_created";

    public static string Write(SqlDialect dialect, Table table, RecordDraft draft, ConflictRule rule)
    {
        var given = table.Columns.Where(c => draft.Values[c.Ordinal].Kind != ValueKind.Absent).ToList();
        var merged = rule.IsIgnored ? [] : given.Where(c => RecordSql.IsMerged(draft, c)).ToList();
        string Parameter(Column column) => dialect.Parameter(given.IndexOf(column) + 1);
        string Set(string value, Column column) => $"{Identifier.Quote(column.Name)} = {value}";

        var name = dialect.Table(table.Name);
        var all = string.Join(", ", table.Columns.Select(c => Identifier.Quote(c.Name)));
        var same = string.Join(" AND ", rule.Columns.Select(c => given.Contains(c) ? Set(Parameter(c), c) : dialect.False));
        var condition = dialect.WriteCondition(given.Count + 1) ?? dialect.True;
        var found = merged.Count == 0
            ? $"SELECT {all} FROM {name} WHERE {same} AND {condition}"
            : $"UPDATE {name} SET {string.Join(", ", merged.Select(c => Set(Parameter(c), c)))} WHERE {same} AND {condition} RETURNING {all}";

        // What is to stay as it is is set to what it has: so that the statement gives it.
        var changes = (merged.Count == 0 ? rule.Columns : merged).Select(c => Set($"excluded.{Identifier.Quote(c.Name)}", c));
        var insert = $"INSERT INTO {name} ({string.Join(", ", given.Select(c => Identifier.Quote(c.Name)))}) SELECT {string.Join(", ", given.Select(Parameter))}"
            + $" WHERE NOT EXISTS (SELECT 1 FROM found) AND {condition} ON CONFLICT ({string.Join(", ", rule.Columns.Select(c => Identifier.Quote(c.Name)))}) DO UPDATE SET {string.Join(", ", changes)}"
            + $" RETURNING {all}, xmax = 0 AS {IsCreated}"; // a row that was there has the transaction that changes it in xmax
        return $"WITH found AS ({found}), added AS ({insert}) SELECT {all}, {dialect.False} AS {IsCreated} FROM found UNION ALL SELECT {all}, {IsCreated} FROM added";
    }
}
