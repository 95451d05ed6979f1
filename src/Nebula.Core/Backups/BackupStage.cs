namespace Nebula.Core.Backups;

/// <summary>What is being done with a backup.</summary>
public enum BackupStage
{
    BackingUp,
    Verifying,
    Restoring,
}
