using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Nebula.Core;

namespace Nebula.Api.Operator;

/// <summary>One line of the answer to a command: how far its work is, and at the end what came of it.</summary>
internal sealed record OperatorEvent
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

    /// <summary>What was done, if it succeeded.</summary>
    [JsonPropertyName("result")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }

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

    public static OperatorEvent Of<TStage>(TStage stage, long done, long? total)
        where TStage : struct, Enum => new() { Stage = stage.ToString(), Done = done, Total = total };

    public static OperatorEvent Of<T>(Result<T> outcome, JsonTypeInfo<T> type) => outcome.TryGet(out var value, out var error)
        ? new() { Result = JsonSerializer.SerializeToElement(value, type) }
        : new() { Code = error.Code, Error = error.Message, Hint = error.Hint };

    /// <summary>The stage that it tells of; false for what came of the work.</summary>
    public bool TryGetStage<TStage>(out TStage stage)
        where TStage : struct, Enum
    {
        _ = Enum.TryParse(Stage, out stage);
        return Stage is not null;
    }

    /// <summary>What came of the work.</summary>
    public Result<T> ToOutcome<T>(JsonTypeInfo<T> type) => Result is { } result && result.Deserialize(type) is { } value
        ? value
        : new Error(Code ?? ErrorCodes.Internal, Error ?? "The server said nothing of what came of it.") { Hint = Hint };
}
