using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Databases.Moving;

namespace Nebula.Api.Operator;

/// <summary>One line of the answer to a command: how far the move is, and at the end what came of it.</summary>
internal sealed record MoveEvent
{
    [JsonPropertyName("stage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stage { get; init; }

    [JsonPropertyName("done")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Done { get; init; }

    [JsonPropertyName("total")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Total { get; init; }

    [JsonPropertyName("moved")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MoveView? Moved { get; init; }

    /// <summary>A code, if it failed.</summary>
    [JsonPropertyName("code")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    [JsonPropertyName("hint")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hint { get; init; }

    public static MoveEvent Of(MoveProgress progress) => new() { Stage = progress.Stage.ToString(), Done = progress.Done, Total = progress.Total };

    public static MoveEvent Of(Result<MoveReport> outcome) => outcome.TryGet(out var report, out var error)
        ? new() { Moved = new(report.Tables, report.Records, report.WritesWaited.TotalMilliseconds) }
        : new() { Code = error.Code, Error = error.Message, Hint = error.Hint };

    /// <summary>The progress that it tells of; false for what came of the move.</summary>
    public bool TryGetProgress(out MoveProgress progress)
    {
        progress = Enum.TryParse<MoveStage>(Stage, out var stage) ? new(stage, Done ?? 0, Total) : default;
        return Stage is not null;
    }

    /// <summary>What came of the move.</summary>
    public Result<MoveReport> ToOutcome() => Moved is { } moved
        ? new MoveReport(moved.Tables, moved.Records, TimeSpan.FromMilliseconds(moved.WritesWaitedMs))
        : new Error(Code ?? ErrorCodes.Internal, Error ?? "The server said nothing of what came of the move.") { Hint = Hint };
}
