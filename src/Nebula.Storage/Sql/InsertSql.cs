using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>Statements that add rows. Names come from the catalogue; values are parameters, numbered from 1 in catalogue order.</summary>
internal static class InsertSql
{
    /// <summary>Adds the values that were given, and gives nothing back.</summary>
    public static string Write(SqlDialect dialect, Table table, ReadOnlySpan<DraftValue> values)
    {
        var names = new List<string>();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Kind != ValueKind.Absent)
                names.Add(Identifier.Quote(table.Columns[i].Name));
        }

        return Write(dialect, table, names);
    }

    /// <summary>Adds a row of as many values as there are columns, behind which the write's own condition has its parameter.</summary>
    /// <param name="columns">Quoted.</param>
    public static string Write(SqlDialect dialect, Table table, IReadOnlyList<string> columns)
    {
        var values = string.Join(", ", Enumerable.Range(1, columns.Count).Select(dialect.Parameter));
        var condition = dialect.WriteCondition(columns.Count + 1);
        return (columns.Count, condition) switch
        {
            (0, null) => $"INSERT INTO {dialect.Table(table.Name)} DEFAULT VALUES",
            (_, null) => $"INSERT INTO {dialect.Table(table.Name)} ({string.Join(", ", columns)}) VALUES ({values})",
            (0, _) => $"INSERT INTO {dialect.Table(table.Name)} ({Identifier.Quote(TableDefinition.Id)}) SELECT {dialect.NextId(table)} WHERE {condition}", // SQL has no conditional DEFAULT VALUES
            _ => $"INSERT INTO {dialect.Table(table.Name)} ({string.Join(", ", columns)}) SELECT {values} WHERE {condition}",
        };
    }
}
