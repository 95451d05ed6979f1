using System.Text;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Writes rows as lines of a CSV, from SQLite's memory straight into the answer. Lines end as RFC 4180 has it.</summary>
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
    public static void Write(Utf8Buffer csv, Statement row, IReadOnlyList<SelectedField> fields)
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
    private static void WriteValue(Utf8Buffer csv, ColumnValue value, Column column)
    {
        switch (value.Type)
        {
            case ColumnTypeCodes.Integer when column.Type == ColumnType.Boolean && value.Integer is 0 or 1:
                CsvValues.WriteBoolean(csv, value.Integer == 1);
                break;
            case ColumnTypeCodes.Integer when column.Type == ColumnType.Decimal:
                CsvValues.WriteDecimal(csv, value.Integer, column.Scale);
                break;
            case ColumnTypeCodes.Integer:
                CsvValues.WriteInteger(csv, value.Integer);
                break;
            case ColumnTypeCodes.Real:
                CsvValues.WriteReal(csv, value.Real);
                break;
            case ColumnTypeCodes.Text when column.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt:
                CsvValues.WriteText(csv, StoredTimestamp.Show(value.Utf8));
                break;
            case ColumnTypeCodes.Text:
                CsvValues.WriteText(csv, value.Utf8);
                break;
            case ColumnTypeCodes.Blob:
                CsvValues.WriteBlob(csv, value.Blob);
                break;
        }
    }
}
