namespace Nebula.Core.Backups;

/// <summary>What was brought back to a moment.</summary>
/// <param name="AsOf">The time of the last commit that is in it.</param>
/// <param name="Missing">The databases that could not be brought back, each with the reason.</param>
/// <param name="Gaps">Where a history breaks off before the moment, so that later commits are missing: each as a sentence.</param>
public sealed record HistoryReport(long Databases, DateTimeOffset AsOf, IReadOnlyList<string> Missing, IReadOnlyList<string> Gaps);
