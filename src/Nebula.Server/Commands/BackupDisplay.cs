using Nebula.Core.Backups;

namespace Nebula.Server.Commands;

/// <summary>Shows how far a backup or a restore is.</summary>
internal sealed class BackupDisplay(ProgressDisplay display) : IProgress<BackupProgress>
{
    public void Report(BackupProgress value) => display.Show(Name(value.Stage), value.Done, value.Total);

    private static string Name(BackupStage stage) => stage switch
    {
        BackupStage.BackingUp => "backing up and verifying",
        BackupStage.Verifying => "verifying",
        _ => "restoring",
    };
}
