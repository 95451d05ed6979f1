using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>A column of a table as SQLite reads it from the statement that made the table.</summary>
/// <param name="PrimaryKey">Its place in the primary key, from 1; 0 for none.</param>
/// <param name="IsHidden">Generated.</param>
internal sealed record UploadedColumn(string Name, string Type, bool IsNotNull, string? Default, long PrimaryKey, bool IsHidden)
{
    /// <param name="schema"><c>main</c>, or <c>upload</c>.</param>
    public static List<UploadedColumn> Read(Connection connection, string schema, string table)
    {
        var columns = new List<UploadedColumn>();
        var select = connection.Prepare("""SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?1, ?2)""");
        try
        {
            select.Bind(1, table);
            select.Bind(2, schema);
            while (select.Step())
                columns.Add(new(select.Text(0), select.Text(1), select.Integer(2) != 0, select.TextOrNull(3), select.Integer(4), select.Integer(5) != 0));
        }
        finally
        {
            select.Reset();
        }

        return columns;
    }
}
