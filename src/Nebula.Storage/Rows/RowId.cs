using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Rows;

/// <summary>The id of the current row of a statement that selects all columns in catalogue order.</summary>
internal static class RowId
{
    public static RecordId Of<TRow, TValue>(Table table, TRow row)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
    {
        if (table.Key is { } key)
            return new RecordId(row.Value(key.Ordinal).Integer);
        return table.KeyColumns.Count == 0 ? RecordId.None : RecordId.Of(table, [.. table.KeyColumns.Select(c => row.Value(c.Ordinal).ToTyped())]);
    }
}
