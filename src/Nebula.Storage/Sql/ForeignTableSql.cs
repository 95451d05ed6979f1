using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>SQL text that makes tables as another program made them in another engine: what no definition can say, such as a key of several columns, is kept; checks and defaults that are expressions are not.</summary>
internal static class ForeignTableSql
{
    /// <summary>The table with its key and its values' types, and without what is made when the rows are there.</summary>
    public static string Create(SqlDialect dialect, Table table)
    {
        var sql = new StringBuilder($"CREATE TABLE {dialect.Table(table.Name)} (");
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var column = table.Columns[i];
            if (i > 0)
                sql.Append(", ");
            if (column == table.Key && column.Name == TableDefinition.Id)
            {
                sql.Append(dialect.Key(IdType.Integer));
                continue;
            }

            sql.Append($"{Identifier.Quote(column.Name)} {dialect.TypeName(new DeclaredType(column.Type, column.Precision, column.Scale))}");
            if (!column.IsNullable)
                sql.Append(" NOT NULL");
        }

        if (table.KeyColumns is { Count: > 0 } keys && !(table.Key is { Name: TableDefinition.Id }))
            sql.Append($", PRIMARY KEY ({string.Join(", ", keys.Select(k => Identifier.Quote(k.Name)))})");
        return sql.Append(')').ToString();
    }

    /// <summary>The columns of its indexes, those that are unique first.</summary>
    public static IEnumerable<(IReadOnlyList<Column> Columns, bool IsUnique)> Indexes(Table table) =>
        UniqueColumns.Of(table).Where(columns => !columns.SequenceEqual(table.KeyColumns)).Select(columns => (columns, true))
            .Concat(table.Indexes.Where(i => i is { IsUnique: false, IsPartial: false, Columns.Count: > 0 }).Select(i => (i.Columns, false)));
}
