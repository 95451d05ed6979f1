using Nebula.Core.Background;

namespace Nebula.Storage.Metadata;

/// <summary>States of work as the metadata name them.</summary>
internal static class WorkStates
{
    public static WorkState Of(string text) => Enum.Parse<WorkState>(text, ignoreCase: true);

    public static string NameOf(WorkState state) => state switch
    {
        WorkState.Running => "running",
        WorkState.Done => "done",
        _ => "failed",
    };
}
