using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>SQL text that makes tables.</summary>
internal static class TableSql
{
    public static string Create(SqlDialect dialect, TableDefinition definition) => Create(dialect, definition, definition.Name.Value, ManagedTimestamps(definition));

    /// <param name="name">What the table is called for now.</param>
    /// <param name="timestamps">The timestamps that Nebula keeps in it.</param>
    public static string Create(SqlDialect dialect, TableDefinition definition, string name, IEnumerable<string> timestamps)
    {
        var sql = new StringBuilder($"CREATE TABLE {dialect.Table(name)} ({dialect.Key(definition.IdType)}");
        foreach (var column in definition.Columns)
            sql.Append(", ").Append(ColumnSql.Declare(dialect, column));
        foreach (var timestamp in timestamps)
            sql.Append(", ").Append(dialect.Timestamp(timestamp));
        foreach (var columns in definition.Unique)
            sql.Append($", UNIQUE ({string.Join(", ", columns.Select(Identifier.Quote))})");
        return sql.Append(')').ToString();
    }

    /// <summary>A table whose columns come in the order that another copy of it has them in.</summary>
    public static string Create(SqlDialect dialect, TableDefinition definition, Table order)
    {
        var columns = order.Columns.Select(c => c.Role switch
        {
            ColumnRole.Id => dialect.Key(definition.IdType),
            ColumnRole.CreatedAt or ColumnRole.UpdatedAt => dialect.Timestamp(c.Name),
            _ => ColumnSql.Declare(dialect, definition.Find(c.Name) ?? throw new InvalidOperationException("A table's definition has all its columns.")),
        });
        var unique = definition.Unique.Select(u => $"UNIQUE ({string.Join(", ", u.Select(Identifier.Quote))})");
        return $"CREATE TABLE {dialect.Table(definition.Name.Value)} ({string.Join(", ", columns.Concat(unique))})";
    }

    /// <summary>The timestamps that Nebula keeps: those that the client did not declare as its own.</summary>
    public static IEnumerable<string> ManagedTimestamps(TableDefinition definition) =>
        new[] { TableDefinition.CreatedAt, TableDefinition.UpdatedAt }.Where(name => !definition.Declares(name));
}
