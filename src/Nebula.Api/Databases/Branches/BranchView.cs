using System.Text.Json.Serialization;
using Nebula.Core.Background;
using Nebula.Core.Databases.Branching;

namespace Nebula.Api.Databases.Branches;

/// <summary>How far a branch is.</summary>
internal sealed record BranchView(
    [property: JsonPropertyName("branch_id")] string BranchId,
    [property: JsonPropertyName("db_name")] string DbName,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("progress")] double? Progress,
    [property: JsonPropertyName("failure")] FailureView? Failure)
{
    public static BranchView Of(Branch branch) => new(
        branch.Id,
        branch.Name.Value,
        branch.Status.State switch
        {
            WorkState.Running => "running",
            WorkState.Done => "done",
            _ => "failed",
        },
        branch.Status.Progress is { } progress ? Math.Round(progress, 3) : null,
        FailureView.Of(branch.Status.Failure));
}
