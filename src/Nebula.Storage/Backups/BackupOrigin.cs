namespace Nebula.Storage.Backups;

/// <summary>Who makes the backups.</summary>
/// <param name="Version">Of Nebula.</param>
/// <param name="Engine">Of the metadata: sqlite or postgres.</param>
internal sealed record BackupOrigin(string Version, string Engine);
