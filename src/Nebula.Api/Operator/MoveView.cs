using System.Text.Json.Serialization;

namespace Nebula.Api.Operator;

/// <summary>A move that is done.</summary>
internal sealed record MoveView(
    [property: JsonPropertyName("tables")] int Tables,
    [property: JsonPropertyName("records")] long Records,
    [property: JsonPropertyName("writes_waited_ms")] double WritesWaitedMs);
