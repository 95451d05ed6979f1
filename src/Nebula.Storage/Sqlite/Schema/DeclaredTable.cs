using Nebula.Core.Tables;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>
/// The definition that makes a table as the file has it now. For a table of another program what comes closest: what no definition can say, such as an index on an
/// expression, is left out.
/// </summary>
internal static class DeclaredTable
{
    public static TableDefinition Compose(TableRows rows, IReadOnlyList<Column> columns, IReadOnlyList<ForeignKey> foreignKeys, TableDefinition? declared)
    {
        var fields = columns.Where(c => c.Role == ColumnRole.Data).Select(c => Compose(rows, c, foreignKeys, declared)).ToList();
        return new TableDefinition(TableName.OfExisting(rows.Name), fields)
        {
            IdType = columns.Any(c => c is { Role: ColumnRole.Id, Type: ColumnType.Uuid }) ? IdType.Uuid : IdType.Integer,
            Indexes = [.. Indexes(rows, foreignKeys, declared), .. FullText(rows, columns, declared)],
            Unique = [.. rows.Indexes.Where(i => i is { Origin: "u", ComparesOtherwise: false, Columns.Count: > 1 }).Select(i => i.Columns.OfType<string>().ToList())],
        };
    }

    private static ColumnDefinition Compose(TableRows rows, Column column, IReadOnlyList<ForeignKey> foreignKeys, TableDefinition? declared)
    {
        var own = declared?.Find(column.Name);
        var key = foreignKeys.FirstOrDefault(k => k.Column == column);
        return new ColumnDefinition(column.Name, column.Type, column.IsNullable, rows.Indexes.Exists(i => i is { Origin: "u", ComparesOtherwise: false } && Is(i, column.Name)))
        {
            Precision = column.Precision,
            Scale = column.Scale,
            Default = StoredDefault.Of(column, own, column.DefaultSql),
            Reference = key is null ? null : new ColumnReference(key.TargetTable, key.TargetColumn, key.OnDelete, key.As, key.Inverse),
            Check = column.Check,
        };
    }

    private static IEnumerable<IndexDefinition> Indexes(TableRows rows, IReadOnlyList<ForeignKey> foreignKeys, TableDefinition? declared)
    {
        // Those that were declared without a name keep the one that they got when the table or a column is renamed, so they are found by what they cover.
        var unnamed = declared?.Indexes.Where(i => i is { Name: null, IsFullText: false }).ToList() ?? [];
        foreach (var row in rows.Indexes.Where(i => i is { Origin: "c", ComparesOtherwise: false } && !i.Columns.Contains(null)))
        {
            var columns = row.Columns.OfType<string>().ToList();
            var own = declared?.Indexes.FirstOrDefault(i => row.Name.Equals(i.Name, StringComparison.OrdinalIgnoreCase))
                ?? unnamed.Find(i => row.Name.Equals(i.DefaultName(rows.Name), StringComparison.OrdinalIgnoreCase) && Covers(i, row, columns))
                ?? unnamed.Find(i => Covers(i, row, columns));
            if (own is not null)
            {
                unnamed.Remove(own);
                yield return own with { Columns = columns, IsUnique = row.IsUnique, Where = row.IsPartial ? own.Where : null };
            }
            else if (!row.IsPartial && !IsForReference(row, foreignKeys))
            {
                yield return new IndexDefinition(row.Name, columns, row.IsUnique, Where: null, IsFullText: false);
            }
        }
    }

    private static IEnumerable<IndexDefinition> FullText(TableRows rows, IReadOnlyList<Column> columns, TableDefinition? declared) =>
        rows.FullText is null ? [] : (declared?.Indexes ?? []).Where(i => i.IsFullText && i.Columns.All(n => columns.Any(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase))));

    private static bool Covers(IndexDefinition index, TableRows.IndexRow row, List<string> columns) =>
        index.IsUnique == row.IsUnique && index.Where is not null == row.IsPartial && index.Columns.SequenceEqual(columns, StringComparer.OrdinalIgnoreCase);

    /// <summary>A reference brings such an index along.</summary>
    private static bool IsForReference(TableRows.IndexRow row, IReadOnlyList<ForeignKey> foreignKeys) =>
        row is { IsUnique: false, Columns: [{ } only] } && foreignKeys.Any(k => k.Column.Name.Equals(only, StringComparison.OrdinalIgnoreCase));

    private static bool Is(TableRows.IndexRow index, string column) => index.Columns is [{ } only] && only.Equals(column, StringComparison.OrdinalIgnoreCase);
}
