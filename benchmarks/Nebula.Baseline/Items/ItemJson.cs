using Nebula.Baseline.Sqlite;

namespace Nebula.Baseline.Items;

/// <summary>Writes the current row of a statement from SQLite's memory.</summary>
internal static class ItemJson
{
    /// <param name="isWhole">The statement selects <see cref="ItemsFile.Columns"/>, else <see cref="ItemsFile.ColumnsOfElevenKilobytes"/>.</param>
    public static void Write(ItemBuffer json, Statement row, bool isWhole = true)
    {
        json.Write("{\"id\":"u8);
        json.Write(row.Integer(0));
        json.Write(",\"name\":"u8);
        WriteText(json, row, 1);
        json.Write(",\"note\":"u8);
        WriteText(json, row, 2);
        json.Write(",\"amount\":"u8);
        if (row.IsNull(3))
            json.Write("null"u8);
        else
            json.Write(row.Integer(3));
        json.Write(",\"price\":"u8);
        if (row.IsNull(4))
            json.Write("null"u8);
        else
            json.Write(row.Real(4));
        json.Write(",\"created_at\":"u8);
        WriteText(json, row, 5);
        if (isWhole)
        {
            json.Write(",\"updated_at\":"u8);
            WriteText(json, row, 6);
        }

        json.Write("}"u8);
    }

    private static void WriteText(ItemBuffer json, Statement row, int column)
    {
        if (row.TryUtf8(column, out var utf8))
            json.WriteText(utf8);
        else
            json.Write("null"u8);
    }
}
