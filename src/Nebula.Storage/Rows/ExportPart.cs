using Nebula.Core.Records;
using Nebula.Core.Records.Exports;

namespace Nebula.Storage.Rows;

/// <summary>Writes one part of an export: few enough rows that nothing waits for it, enough that asking for each costs little.</summary>
internal sealed class ExportPart(ExportQuery query, Utf8Buffer lines)
{
    public const int MaxRows = 1000;
    private const int MaxBytes = 256 * 1024;

    private readonly RowJson _json = RowJson.Of(query.Fields);
    private int _count;

    /// <summary>Writes what stands before the first row.</summary>
    public void Begin()
    {
        if (query.Format == ExportFormat.Csv)
            RowCsv.WriteHeader(lines, query.Fields);
    }

    /// <summary>Appends the current row of a statement that selects the query's fields first. Whether the part is full, so that it ends with this row.</summary>
    public bool Add<TRow, TValue>(TRow row)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
    {
        if (query.Format == ExportFormat.Csv)
        {
            RowCsv.Write<TRow, TValue>(lines, row, query.Fields);
        }
        else
        {
            _json.Write<TRow, TValue>(lines, row);
            lines.Write((byte)'\n');
        }

        return ++_count == MaxRows || lines.Length >= MaxBytes;
    }
}
