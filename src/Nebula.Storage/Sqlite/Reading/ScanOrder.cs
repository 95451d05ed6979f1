using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>
/// What a table's rows lie in the order of: the rowid, which no change of a record moves, or the primary key where there is none. Going on behind the last value
/// finds every row that is there throughout exactly once.
/// </summary>
/// <param name="Terms">SQL of each part, without a table.</param>
internal sealed record ScanOrder(IReadOnlyList<string> Terms)
{
    /// <summary>SQLite's names of the rowid: the first that no column bears. Source: https://sqlite.org/lang_createtable.html#rowid.</summary>
    private static readonly string[] _rowIds = ["_rowid_", "rowid", "oid"];

    /// <summary>Null for a table that can't be read in order: one without a key whose columns bear every name of the rowid.</summary>
    public static ScanOrder? Of(Connection connection, Table table)
    {
        if (table.Key is { } key)
            return new ScanOrder([Identifier.Quote(key.Name)]);
        if (!IsWithoutRowId(connection, table.Name) && FreeName(connection, table.Name) is { } rowId)
            return new ScanOrder([rowId]);
        return table.KeyColumns.Count == 0 ? null : new ScanOrder([.. table.KeyColumns.Select(c => Identifier.Quote(c.Name))]);
    }

    /// <summary>Generated columns count too: the catalogue leaves them out, but they hide the rowid all the same.</summary>
    private static string? FreeName(Connection connection, string table)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var select = connection.Prepare("SELECT name FROM pragma_table_xinfo(?1)");
        try
        {
            select.Bind(1, table);
            while (select.Step())
                taken.Add(select.Text(0));
        }
        finally
        {
            select.Reset();
        }

        return _rowIds.FirstOrDefault(name => !taken.Contains(name));
    }

    private static bool IsWithoutRowId(Connection connection, string table)
    {
        var select = connection.Prepare("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1");
        try
        {
            select.Bind(1, table);
            return select.Step() && select.Integer(0) != 0;
        }
        finally
        {
            select.Reset();
        }
    }
}
