using LoadSqlite.Source;

namespace LoadSqlite.Plan;

/// <summary>A table of the file and what it becomes.</summary>
internal sealed record TablePlan(string SourceName, string Name, IReadOnlyList<ColumnPlan> Columns, long Rows)
{
    /// <summary>The file's rows with their values as Nebula is to have them. The array is used again for the next row.</summary>
    public IEnumerable<object?[]> ReadRows(SourceFile source)
    {
        foreach (var row in source.ReadRows(SourceName, [.. Columns.Select(c => c.SourceName)]))
        {
            for (var at = 0; at < row.Length; at++)
                row[at] = Columns[at].Convert(row[at]);
            yield return row;
        }
    }
}
