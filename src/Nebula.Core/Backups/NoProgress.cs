namespace Nebula.Core.Backups;

/// <summary>For backups that nobody watches.</summary>
public sealed class NoProgress : IProgress<BackupProgress>
{
    private NoProgress()
    {
    }

    public static NoProgress Instance { get; } = new();

    public void Report(BackupProgress value)
    {
        // Nobody watches.
    }
}
