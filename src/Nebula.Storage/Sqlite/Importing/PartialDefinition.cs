using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>
/// What Nebula declared in a table that another program made: columns that were added to it later, and a full-text index. Believed column by column, as far as the values are what it
/// says.
/// </summary>
internal static class PartialDefinition
{
    /// <summary>Null when nothing of it fits.</summary>
    public static TableDefinition? Of(Connection connection, TableDefinition definition, string table, IReadOnlyList<UploadedColumn> columns)
    {
        UploadedColumn? Find(string name) => columns.FirstOrDefault(c => !c.IsHidden && c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var fitting = definition.Columns.Where(c => Find(c.Name) is { PrimaryKey: 0 } found
            && found.Type.Equals(ColumnSql.DeclaredType(c.DeclaredType), StringComparison.OrdinalIgnoreCase) && Fits(connection, table, c)).ToList();

        // Each row has a number to be found by, unless the table has none or hides it.
        var canNumber = columns.Count(c => c.PrimaryKey > 0) == 1 && columns.Any(c => c.PrimaryKey > 0 && c.Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase));
        var fullText = canNumber ? definition.Indexes.Where(i => i.IsFullText && i.Columns.All(n => Find(n) is not null)).Take(1).ToList() : [];
        return fitting.Count + fullText.Count == 0 ? null : definition with { Columns = fitting, Indexes = fullText, Unique = [], IdType = IdType.Integer };
    }

    private static bool Fits(Connection connection, string table, ColumnDefinition column) => connection.ExecuteInteger(
        $"SELECT count(*) FROM (SELECT 1 FROM {Identifier.Quote(table)} WHERE ({ColumnSql.Check(column)}) IS NOT TRUE LIMIT 1)") == 0;
}
