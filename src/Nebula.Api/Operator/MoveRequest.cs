using System.Text.Json.Serialization;

namespace Nebula.Api.Operator;

/// <summary>What a command asks for.</summary>
internal sealed record MoveRequest([property: JsonPropertyName("database")] string? Database, [property: JsonPropertyName("to")] string? To);
