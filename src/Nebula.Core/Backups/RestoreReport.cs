namespace Nebula.Core.Backups;

/// <summary>What was restored.</summary>
/// <param name="Missing">The databases that were not restored although everything was wanted: those that the backup does not have, and those that were left out.</param>
public sealed record RestoreReport(long Accounts, long Databases, long Rows, IReadOnlyList<SkippedDatabase> Missing);
