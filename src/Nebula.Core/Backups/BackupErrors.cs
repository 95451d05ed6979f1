namespace Nebula.Core.Backups;

/// <summary>What is told of backups in more than one place.</summary>
public static class BackupErrors
{
    /// <summary>For whoever does not get the lock.</summary>
    public static Error UnderWay { get; } = new(ErrorCodes.Busy, "Another backup or restore is under way.") { RetryAfter = TimeSpan.FromSeconds(10) };
}
