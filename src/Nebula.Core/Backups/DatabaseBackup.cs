namespace Nebula.Core.Backups;

/// <summary>A backup that an owner asked for: what it holds, or how far it is. One of the two is there.</summary>
public sealed record DatabaseBackup(BackupManifest? Made, BackupUnderWay? UnderWay)
{
    public BackupId Id => Made?.Id ?? UnderWay?.Id ?? default;
}
