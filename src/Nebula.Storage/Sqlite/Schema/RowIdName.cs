namespace Nebula.Storage.Sqlite.Schema;

/// <summary>The names of SQLite's own number of a row, each of which a column can bear instead: https://sqlite.org/lang_createtable.html#rowid.</summary>
internal static class RowIdName
{
    private static readonly string[] _all = ["_rowid_", "rowid", "oid"];

    /// <summary>The first that none of a table's columns bears, generated ones included; null where all are taken.</summary>
    public static string? Find(IEnumerable<string> columns) => _all.Except(columns, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
}
