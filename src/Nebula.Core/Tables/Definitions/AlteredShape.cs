namespace Nebula.Core.Tables.Definitions;

/// <summary>The columns that a table has after an alteration, with those that no definition names.</summary>
internal static class AlteredShape
{
    public static Table Of(
        Table table, TableDefinition after, List<string> dropped, List<(string From, string To)> renamed, List<(string Place, ColumnDefinition Column)> added)
    {
        var columns = new List<Column>();
        foreach (var column in table.Columns.Where(c => !dropped.Contains(c.Name)))
        {
            var name = renamed.Find(r => r.From == column.Name) is { To: { } to } ? to : column.Name;
            columns.Add(column.Role == ColumnRole.Data && after.Find(name) is { } declared ? declared.ToColumn(columns.Count) : column.At(columns.Count));
        }

        foreach (var (_, column) in added)
            columns.Add(column.ToColumn(columns.Count));
        return new Table(table.Id, after.Name.Value, columns, table.CreatedAt, table.Sql, table.RootPage);
    }
}
