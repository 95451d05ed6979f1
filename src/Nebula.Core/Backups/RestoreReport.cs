namespace Nebula.Core.Backups;

/// <summary>What was restored.</summary>
/// <param name="Missing">The databases that the backup does not have although it is one of all: as owner and name.</param>
public sealed record RestoreReport(long Accounts, long Databases, long Rows, IReadOnlyList<string> Missing);
