namespace Nebula.Core.Records.Aggregates;

/// <summary>An output that groups are sorted by.</summary>
/// <param name="Output">Its place among the outputs.</param>
public readonly record struct AggregateSort(int Output, bool IsDescending, bool NullsFirst);
