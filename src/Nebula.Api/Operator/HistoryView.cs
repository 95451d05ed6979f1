using System.Text.Json.Serialization;
using Nebula.Core.Backups;

namespace Nebula.Api.Operator;

/// <summary>What is to be brought back to a moment.</summary>
internal sealed record HistoryView(
    [property: JsonPropertyName("at")] string At,
    [property: JsonPropertyName("place")] string? Place,
    [property: JsonPropertyName("database")] string? Database,
    [property: JsonPropertyName("name")] string? Name)
{
    public HistoryRequest ToRequest() => new(At, Place, Database, Name);
}
