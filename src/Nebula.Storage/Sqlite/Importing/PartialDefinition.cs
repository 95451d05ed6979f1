using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>
/// What Nebula declared in a table that another program made: columns that were added to it later, and a full-text index. Believed column by column, as far as the values are what it
/// says.
/// </summary>
internal static class PartialDefinition
{
    /// <summary>Null when nothing of it fits.</summary>
    /// <param name="canSearch">Whether each row has a number that a full-text index can find it by.</param>
    public static TableDefinition? Of(Connection connection, TableDefinition definition, string table, IReadOnlyList<UploadedColumn> columns, bool canSearch)
    {
        UploadedColumn? Find(string name) => columns.FirstOrDefault(c => !c.IsHidden && c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var fitting = definition.Columns.Where(c => Find(c.Name) is { PrimaryKey: 0 } found
            && found.Type.Equals(SqliteDialect.Instance.TypeName(c.DeclaredType), StringComparison.OrdinalIgnoreCase) && Fits(connection, table, c)).ToList();

        var fullText = canSearch ? definition.Indexes.Where(i => i.IsFullText && i.Columns.All(n => Find(n) is not null)).Take(1).ToList() : [];
        return fitting.Count + fullText.Count == 0 ? null : definition with { Columns = fitting, Indexes = fullText, Unique = [], IdType = IdType.Integer };
    }

    private static bool Fits(Connection connection, string table, ColumnDefinition column) => connection.ExecuteInteger(
        $"SELECT count(*) FROM (SELECT 1 FROM {Identifier.Quote(table)} WHERE ({ColumnChecks.Older(column)}) IS NOT TRUE LIMIT 1)") == 0;
}
