namespace Nebula.Core.Records;

/// <summary>How many records there are in all.</summary>
/// <param name="IsEstimate">Whether it was projected and not counted.</param>
public readonly record struct RecordTotal(long Records, bool IsEstimate = false);
