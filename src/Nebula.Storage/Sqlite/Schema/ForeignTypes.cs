using Nebula.Core.Tables;

namespace Nebula.Storage.Sqlite.Schema;

/// <summary>The types of columns that Nebula did not declare.</summary>
internal static class ForeignTypes
{
    /// <summary>The types of v0.2 by name, anything else by SQLite's rules: https://sqlite.org/datatype3.html#determination_of_column_affinity.</summary>
    public static ColumnType Of(string declared)
    {
        if (ColumnTypes.TryParse(declared, out var type))
            return type;
        bool Holds(string part) => declared.Contains(part, StringComparison.OrdinalIgnoreCase);
        return Holds("INT") ? ColumnType.Integer
            : Holds("CHAR") || Holds("CLOB") || Holds("TEXT") || Holds("DATE") || Holds("TIME") ? ColumnType.Text
            : Holds("BOOL") ? ColumnType.Boolean
            : Holds("BLOB") || declared.Length == 0 ? ColumnType.Blob
            : ColumnType.Real;
    }
}
