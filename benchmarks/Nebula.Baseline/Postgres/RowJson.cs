using Nebula.Baseline.Items;
using Npgsql;

namespace Nebula.Baseline.Postgres;

/// <summary>Writes the current row of a reader.</summary>
internal static class RowJson
{
    /// <param name="isWhole">Whether the row has <c>updated_at</c>.</param>
    public static void Write(ItemBuffer json, NpgsqlDataReader row, bool isWhole = true)
    {
        json.Write("{\"id\":"u8);
        json.Write(row.GetInt64(0));
        json.Write(",\"name\":"u8);
        WriteText(json, row, 1);
        json.Write(",\"note\":"u8);
        WriteText(json, row, 2);
        json.Write(",\"amount\":"u8);
        if (row.IsDBNull(3))
            json.Write("null"u8);
        else
            json.Write(row.GetInt64(3));
        json.Write(",\"price\":"u8);
        if (row.IsDBNull(4))
            json.Write("null"u8);
        else
            json.Write(row.GetDouble(4));
        json.Write(",\"created_at\":"u8);
        WriteText(json, row, 5);
        if (isWhole)
        {
            json.Write(",\"updated_at\":"u8);
            WriteText(json, row, 6);
        }

        json.Write("}"u8);
    }

    private static void WriteText(ItemBuffer json, NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column))
            json.Write("null"u8);
        else
            json.WriteText(row.GetFieldValue<byte[]>(column)); // the UTF-8 as it came, without a string in between
    }
}
