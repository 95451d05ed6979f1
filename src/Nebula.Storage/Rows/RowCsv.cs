using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Storage.Rows;

/// <summary>Writes rows as lines of a CSV, from the engine's memory straight into the answer. Lines end as RFC 4180 has it.</summary>
internal static class RowCsv
{
    public static void WriteHeader(Utf8Buffer csv, IReadOnlyList<SelectedField> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0)
                csv.Write((byte)',');
            CsvValues.WriteText(csv, Encoding.UTF8.GetBytes(fields[i].Name));
        }

        csv.Write("\r\n"u8);
    }

    /// <summary>Appends the current row of a statement that selects these columns first, in this order.</summary>
    public static void Write<TRow, TValue>(Utf8Buffer csv, TRow row, IReadOnlyList<SelectedField> fields)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0)
                csv.Write((byte)',');
            WriteValue(csv, row.Value(i), fields[i].Column);
        }

        csv.Write("\r\n"u8);
    }

    // By what is stored, as in JSON.
    private static void WriteValue<TValue>(Utf8Buffer csv, TValue value, Column column)
        where TValue : struct, IRowValue, allows ref struct
    {
        switch (value.Kind)
        {
            case ValueKind.Integer when column.Type == ColumnType.Boolean && value.Integer is 0 or 1:
                CsvValues.WriteBoolean(csv, value.Integer == 1);
                break;
            case ValueKind.Integer when column.Type == ColumnType.Decimal:
                CsvValues.WriteDecimal(csv, value.Integer, column.Scale);
                break;
            case ValueKind.Integer:
                CsvValues.WriteInteger(csv, value.Integer);
                break;
            case ValueKind.Real:
                CsvValues.WriteReal(csv, value.Real);
                break;
            case ValueKind.Text when column.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt:
                CsvValues.WriteText(csv, StoredTimestamp.Show(value.Utf8));
                break;
            case ValueKind.Text:
                CsvValues.WriteText(csv, value.Utf8);
                break;
            case ValueKind.Blob:
                CsvValues.WriteBlob(csv, value.Blob);
                break;
        }
    }
}
