using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Rows;

/// <summary>Records from statements that select all of a table's columns in catalogue order.</summary>
internal static class StoredRecord
{
    /// <summary>The current row, for the caller to dispose of.</summary>
    /// <param name="all">What writes rows with all columns.</param>
    public static Record Read<TRow, TValue>(Table table, RowJson all, TRow row)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
    {
        var json = new Utf8Buffer();
        all.Write<TRow, TValue>(json, row);
        return new Record(RowId.Of<TRow, TValue>(table, row), json, EntityTag.Of(json.Span));
    }
}
