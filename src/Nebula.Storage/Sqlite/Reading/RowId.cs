using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>The id of the current row of a statement that selects all columns in catalogue order.</summary>
internal static class RowId
{
    public static RecordId Of(Table table, Statement row)
    {
        if (table.Key is { } key)
            return new RecordId(row.Integer(key.Ordinal));
        return table.KeyColumns.Count == 0 ? RecordId.None : RecordId.Of(table, [.. table.KeyColumns.Select(c => row.Value(c.Ordinal).ToTyped())]);
    }
}
