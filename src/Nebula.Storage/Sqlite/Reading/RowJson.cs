using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>Writes the current row of a statement as a JSON object, from SQLite's memory straight into the answer.</summary>
internal static class RowJson
{
    /// <param name="columns">What the statement selects, in its order.</param>
    public static void Write(Utf8Buffer json, Statement row, IReadOnlyList<Column> columns)
    {
        json.Write((byte)'{');
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0)
                json.Write((byte)',');
            json.Write(columns[i].JsonName.Span);
            WriteValue(json, row, i, columns[i]);
        }

        json.Write((byte)'}');
    }

    /// <summary>Writes some columns of a row whose statement selects all of the table's in catalogue order.</summary>
    public static void WriteSome(Utf8Buffer json, Statement row, IReadOnlyList<Column> columns)
    {
        json.Write((byte)'{');
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0)
                json.Write((byte)',');
            json.Write(columns[i].JsonName.Span);
            WriteValue(json, row, columns[i].Ordinal, columns[i]);
        }

        json.Write((byte)'}');
    }

    // By what is stored, not by what is declared: a file of another program may hold anything in any column.
    private static void WriteValue(Utf8Buffer json, Statement row, int at, Column column)
    {
        switch (row.Type(at))
        {
            case ColumnTypeCodes.Integer when column.Type == ColumnType.Boolean && row.Integer(at) is (0 or 1):
                JsonValues.WriteBoolean(json, row.Integer(at) == 1);
                break;
            case ColumnTypeCodes.Integer:
                JsonValues.WriteInteger(json, row.Integer(at));
                break;
            case ColumnTypeCodes.Real:
                JsonValues.WriteReal(json, row.Real(at));
                break;
            case ColumnTypeCodes.Text when column.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt:
                WriteTimestamp(json, row.Utf8(at));
                break;
            case ColumnTypeCodes.Text:
                JsonValues.WriteText(json, row.Utf8(at));
                break;
            case ColumnTypeCodes.Blob:
                JsonValues.WriteBlob(json, row.Blob(at));
                break;
            default:
                JsonValues.WriteNull(json);
                break;
        }
    }

    /// <summary>A time as Nebula stores it goes as it is; one of v0.2 (<c>YYYY-MM-DD HH:MM:SS</c>) is put in today's form.</summary>
    private static void WriteTimestamp(Utf8Buffer json, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length != Timestamps.Length && Timestamps.TryParse(System.Text.Encoding.UTF8.GetString(utf8), out var time))
            JsonValues.WriteText(json, System.Text.Encoding.UTF8.GetBytes(Timestamps.ToText(time)));
        else
            JsonValues.WriteText(json, utf8);
    }
}
