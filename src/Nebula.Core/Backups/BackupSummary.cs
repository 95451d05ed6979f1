namespace Nebula.Core.Backups;

/// <summary>A backup in a list.</summary>
/// <param name="Manifest">Null when it can't be read.</param>
/// <param name="Fault">Why not, for the operator.</param>
public sealed record BackupSummary(BackupId Id, BackupManifest? Manifest, string? Fault);
