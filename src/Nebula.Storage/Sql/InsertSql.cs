using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>Statements that add rows and give nothing back. Names come from the catalogue; values are parameters, numbered from 1 in catalogue order.</summary>
internal static class InsertSql
{
    /// <summary>Adds the values that were given.</summary>
    public static string Write(Table table, ReadOnlySpan<DraftValue> values)
    {
        var names = new List<string>();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Kind != ValueKind.Absent)
                names.Add(Identifier.Quote(table.Columns[i].Name));
        }

        return names.Count == 0
            ? $"INSERT INTO {Identifier.Quote(table.Name)} DEFAULT VALUES"
            : $"INSERT INTO {Identifier.Quote(table.Name)} ({string.Join(", ", names)}) VALUES ({string.Join(", ", Enumerable.Range(1, names.Count).Select(i => $"?{i}"))})";
    }

    /// <summary>Finds a record with these values of columns.</summary>
    public static string Find(Table table, IReadOnlyList<Column> columns) =>
        $"SELECT 1 FROM {Identifier.Quote(table.Name)} WHERE {string.Join(" AND ", columns.Select((c, i) => $"{Identifier.Quote(c.Name)} = ?{i + 1}"))} LIMIT 1";
}
