using Nebula.Core.Databases.Moving;

namespace Nebula.Server.Commands;

/// <summary>Shows how far a move is.</summary>
internal sealed class MoveDisplay(ProgressDisplay display) : IProgress<MoveProgress>
{
    public void Report(MoveProgress value) => display.Show(Name(value.Stage), value.Done, value.Total);

    private static string Name(MoveStage stage) => stage switch
    {
        MoveStage.Preparing => "preparing",
        MoveStage.Copying => "copying records",
        MoveStage.Indexing => "making indexes",
        MoveStage.CatchingUp => "catching up with changes",
        MoveStage.Verifying => "verifying",
        MoveStage.Switching => "switching",
        _ => "removing the old copy",
    };
}
