namespace Nebula.Core.Backups;

/// <summary>How far it is, in files: one for each database, and one for the metadata.</summary>
public readonly record struct BackupProgress(BackupStage Stage, long Done, long Total);
