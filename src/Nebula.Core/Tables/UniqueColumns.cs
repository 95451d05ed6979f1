namespace Nebula.Core.Tables;

/// <summary>The columns of a table that no two records share the values of: by themselves, or several together.</summary>
public static class UniqueColumns
{
    /// <summary>Each set once, in the order of its index. The key is among them unless the database assigns it.</summary>
    public static IReadOnlyList<IReadOnlyList<Column>> Of(Table table)
    {
        var sets = new List<IReadOnlyList<Column>>();
        foreach (var column in table.Columns.Where(c => c.IsUnique))
            Add(sets, [column]);
        foreach (var index in table.Indexes.Where(i => i is { IsUnique: true, IsPartial: false, Columns.Count: > 0 }))
            Add(sets, index.Columns);
        if (table.Key is null && table.KeyColumns.Count > 0)
            Add(sets, table.KeyColumns);
        return sets;
    }

    private static void Add(List<IReadOnlyList<Column>> sets, IReadOnlyList<Column> columns)
    {
        if (!sets.Exists(s => s.Count == columns.Count && s.All(columns.Contains)))
            sets.Add(columns);
    }
}
