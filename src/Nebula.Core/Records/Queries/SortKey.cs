using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>One column that records are sorted by.</summary>
/// <param name="Path">To-one relations; empty for a column of the table itself.</param>
/// <param name="NullsFirst">Unless said otherwise: first ascending, last descending.</param>
public sealed record SortKey(IReadOnlyList<Relation> Path, Column Column, bool IsDescending, bool NullsFirst)
{
    /// <summary>Whether it can be null: so is every column at the end of a path that may lead nowhere.</summary>
    public bool MayBeNull => Path.Count > 0 || Column.MayHoldNull;
}
