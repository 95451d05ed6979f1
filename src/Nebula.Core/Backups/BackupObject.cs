namespace Nebula.Core.Backups;

/// <summary>An object of a <see cref="IBackupTarget"/>.</summary>
/// <param name="Size">In bytes.</param>
public sealed record BackupObject(string Name, long Size);
