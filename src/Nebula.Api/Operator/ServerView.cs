using System.Text.Json.Serialization;
using Nebula.Api.About;

namespace Nebula.Api.Operator;

/// <summary>The server that answers.</summary>
/// <param name="ProcessId">Its number in its operating system.</param>
internal sealed record ServerView(
    [property: JsonPropertyName("process_id")] int ProcessId,
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("engine")] EngineView Engine);
