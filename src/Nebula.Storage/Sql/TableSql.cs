using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>SQL text that makes tables.</summary>
internal static class TableSql
{
    /// <summary>The key is AUTOINCREMENT so that an id is never given twice.</summary>
    /// <param name="name">What the table is called for now; null for what the definition says.</param>
    public static string Create(TableDefinition definition, string? name = null)
    {
        var key = definition.IdType == IdType.Uuid ? ColumnSql.DeclareUuidKey() : "\"id\" INTEGER PRIMARY KEY AUTOINCREMENT";
        var sql = new StringBuilder($"CREATE TABLE {Identifier.Quote(name ?? definition.Name.Value)} ({key}");
        foreach (var column in definition.Columns)
            sql.Append(", ").Append(ColumnSql.Declare(column));
        foreach (var timestamp in ManagedTimestamps(definition))
            sql.Append(", ").Append(ColumnSql.DeclareTimestamp(timestamp));
        foreach (var columns in definition.Unique)
            sql.Append($", UNIQUE ({string.Join(", ", columns.Select(Identifier.Quote))})");
        return sql.Append(')').ToString();
    }

    /// <summary>The timestamps that Nebula keeps: those that the client did not declare as its own.</summary>
    public static IEnumerable<string> ManagedTimestamps(TableDefinition definition) =>
        new[] { TableDefinition.CreatedAt, TableDefinition.UpdatedAt }.Where(name => !definition.Declares(name));
}
