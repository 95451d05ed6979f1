namespace Nebula.Core.Backups;

/// <summary>A table of a file of a backup.</summary>
public sealed record BackedUpTable(string Name, long Rows);
