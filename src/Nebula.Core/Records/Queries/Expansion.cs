using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Related records that come along with the records of a list: one for a to-one relation, some for a to-many one.</summary>
/// <param name="Fields">The columns to give; null gives all.</param>
/// <param name="Limit">How many for each record, of a to-many relation.</param>
public sealed record Expansion(
    Relation Relation, IReadOnlyList<SelectedField>? Fields, Condition? Filter, IReadOnlyList<SortKey> Sort, int Limit, IReadOnlyList<Expansion> Expansions)
{
    public const int DefaultLimit = 100;
}
