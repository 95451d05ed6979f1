using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>SQL text that makes tables as another program made them in another engine: what no definition can say, such as a key of several columns, is kept; checks and defaults that are expressions are not.</summary>
internal static class ForeignTableSql
{
    /// <summary>The table with its key and its values' types, and without what is made when the rows are there.</summary>
    /// <param name="columns">Its columns, of the types that their values have.</param>
    public static string Create(SqlDialect dialect, Table table, IReadOnlyList<Column> columns)
    {
        var parts = columns.Select(column => column.Ordinal == table.Key?.Ordinal ? dialect.Key(IdType.Integer, column.Name) : Declare(dialect, table, column)).ToList();
        if (table is { Key: null, KeyColumns: { Count: > 0 } keys })
            parts.Add($"PRIMARY KEY ({string.Join(", ", keys.Select(k => Identifier.Quote(k.Name)))})");
        return $"CREATE TABLE {dialect.Table(table.Name)} ({string.Join(", ", parts)})";
    }

    /// <summary>The columns of its indexes, those that are unique first.</summary>
    public static IEnumerable<(IReadOnlyList<Column> Columns, bool IsUnique)> Indexes(Table table) =>
        UniqueColumns.Of(table).Where(columns => !columns.SequenceEqual(table.KeyColumns)).Select(columns => (columns, true))
            .Concat(table.Indexes.Where(i => i is { IsUnique: false, IsPartial: false, Columns.Count: > 0 }).Select(i => (i.Columns, false)));

    private static string Declare(SqlDialect dialect, Table table, Column column)
    {
        var said = table.Definition?.Columns.FirstOrDefault(c => c.Name == column.Name);
        var @default = said?.Default is { } value && said.Type == column.Type ? value : null;
        return ColumnSql.Declare(dialect, new ColumnDefinition(column.Name, column.Type, column.IsNullable, IsUnique: false) { Precision = column.Precision, Scale = column.Scale, Default = @default });
    }
}
