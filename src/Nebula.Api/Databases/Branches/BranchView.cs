using System.Text.Json.Serialization;
using Nebula.Core.Databases.Branching;

namespace Nebula.Api.Databases.Branches;

/// <summary>How far a branch is.</summary>
internal sealed record BranchView(
    [property: JsonPropertyName("branch_id")] string BranchId,
    [property: JsonPropertyName("db_name")] string DbName,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("progress")] double? Progress,
    [property: JsonPropertyName("failure")] BranchFailureView? Failure)
{
    public static BranchView Of(Branch branch) => new(
        branch.Id,
        branch.Name.Value,
        branch.State switch
        {
            BranchState.Running => "running",
            BranchState.Done => "done",
            _ => "failed",
        },
        branch.Progress is { } progress ? Math.Round(progress, 3) : null,
        branch.Failure is { } failure ? new(failure.Code, failure.Message) : null);
}

/// <summary>Why a branch could not be made.</summary>
internal sealed record BranchFailureView([property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("error")] string Error);
