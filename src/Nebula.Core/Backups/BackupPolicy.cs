namespace Nebula.Core.Backups;

/// <summary>What owners may have.</summary>
/// <param name="PerDatabase">Backups of one database.</param>
public sealed record BackupPolicy(int PerDatabase);
