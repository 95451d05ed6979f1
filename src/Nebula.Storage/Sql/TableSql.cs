using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>SQL text that makes tables.</summary>
internal static class TableSql
{
    /// <summary>The key is AUTOINCREMENT so that an id is never given twice.</summary>
    public static string Create(TableDefinition definition) => Create(definition, definition.Name.Value, ManagedTimestamps(definition));

    /// <param name="name">What the table is called for now.</param>
    /// <param name="timestamps">The timestamps that Nebula keeps in it.</param>
    public static string Create(TableDefinition definition, string name, IEnumerable<string> timestamps)
    {
        var key = definition.IdType == IdType.Uuid ? ColumnSql.DeclareUuidKey() : "\"id\" INTEGER PRIMARY KEY AUTOINCREMENT";
        var sql = new StringBuilder($"CREATE TABLE {Identifier.Quote(name)} ({key}");
        foreach (var column in definition.Columns)
            sql.Append(", ").Append(ColumnSql.Declare(column));
        foreach (var timestamp in timestamps)
            sql.Append(", ").Append(ColumnSql.DeclareTimestamp(timestamp));
        foreach (var columns in definition.Unique)
            sql.Append($", UNIQUE ({string.Join(", ", columns.Select(Identifier.Quote))})");
        return sql.Append(')').ToString();
    }

    /// <summary>The timestamps that Nebula keeps: those that the client did not declare as its own.</summary>
    public static IEnumerable<string> ManagedTimestamps(TableDefinition definition) =>
        new[] { TableDefinition.CreatedAt, TableDefinition.UpdatedAt }.Where(name => !definition.Declares(name));
}
