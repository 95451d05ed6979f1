namespace Nebula.Core.Records.Aggregates;

/// <summary>What is computed over the records of a group. Nulls are passed over; of no value at all each but the count is null.</summary>
public enum AggregateFunction
{
    /// <summary>How many records, or how many values.</summary>
    Count,

    /// <summary>The sum, of the values' type; beyond 64 bits an overflow.</summary>
    Sum,

    /// <summary>The mean, a REAL.</summary>
    Avg,

    Min,

    Max,
}
