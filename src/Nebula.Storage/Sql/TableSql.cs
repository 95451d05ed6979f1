using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>SQL text that makes tables.</summary>
internal static class TableSql
{
    /// <summary>
    /// The key is AUTOINCREMENT so that an id is never given twice. What SQLite's affinities would silently convert or let pass is held by checks of
    /// built-in functions, so that the file stays right whoever writes it.
    /// </summary>
    public static string Create(TableDefinition definition)
    {
        var sql = new StringBuilder($"CREATE TABLE {Identifier.Quote(definition.Name.Value)} (\"id\" INTEGER PRIMARY KEY AUTOINCREMENT");
        foreach (var column in definition.Columns)
            sql.Append(", ").Append(Column(column));
        foreach (var timestamp in ManagedTimestamps(definition))
            sql.Append($", \"{timestamp}\" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))");
        return sql.Append(')').ToString();
    }

    /// <summary>The timestamps that Nebula keeps: those that the client did not declare as its own.</summary>
    public static IEnumerable<string> ManagedTimestamps(TableDefinition definition) =>
        new[] { TableDefinition.CreatedAt, TableDefinition.UpdatedAt }.Where(name => !definition.Declares(name));

    private static string Column(ColumnDefinition column)
    {
        var name = Identifier.Quote(column.Name);
        var allowed = column.Type switch
        {
            ColumnType.Boolean => $"{name} IN (0, 1)",
            ColumnType.Text => $"typeof({name}) = 'text'",
            ColumnType.Integer => $"typeof({name}) = 'integer'",
            ColumnType.Real => $"typeof({name}) = 'real'",
            ColumnType.Blob => $"typeof({name}) = 'blob'",
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
        var check = column.IsNullable ? $"{name} IS NULL OR {allowed}" : allowed;
        return $"{name} {ColumnTypes.Name(column.Type)}{(column.IsNullable ? "" : " NOT NULL")}{(column.IsUnique ? " UNIQUE" : "")} CHECK ({check})";
    }
}
