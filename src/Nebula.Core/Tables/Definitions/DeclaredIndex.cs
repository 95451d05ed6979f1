using Nebula.Core.Records.Filters;

namespace Nebula.Core.Tables.Definitions;

/// <summary>Which declared index is which one of the database.</summary>
internal static class DeclaredIndex
{
    /// <summary>The declaration of an index; null for one that came with something else: a key, what is unique, a reference.</summary>
    public static IndexDefinition? Of(TableDefinition table, TableIndex index)
    {
        var columns = index.Columns.Select(c => c.Name).ToList();
        return table.Indexes.FirstOrDefault(i => index.Name.Equals(i.Name, StringComparison.OrdinalIgnoreCase))
            ?? (index.Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase) ? null : table.Indexes.FirstOrDefault(i =>
                i is { Name: null, IsFullText: false } && i.IsUnique == index.IsUnique && i.Where is not null == index.IsPartial
                && i.Columns.SequenceEqual(columns, StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>Whether an index can't be without a column.</summary>
    public static bool Needs(IndexDefinition index, string column) => index.Columns.Contains(column, StringComparer.OrdinalIgnoreCase) || Mentions(index, column);

    /// <summary>Whether the condition of an index speaks of a column.</summary>
    public static bool Mentions(IndexDefinition index, string column) => index.Where is not null && IndexFilter.Mentions(index.Where, column);
}
