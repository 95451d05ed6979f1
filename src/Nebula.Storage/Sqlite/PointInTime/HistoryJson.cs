using System.Text.Json.Serialization;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>The JSON of histories, compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)] // the other mode writes no bytes for null
[JsonSerializable(typeof(WalSegment))]
[JsonSerializable(typeof(HistoryCopy))]
[JsonSerializable(typeof(HistoryEnd))]
[JsonSerializable(typeof(HistoryNote))]
[JsonSerializable(typeof(EndedGeneration))]
internal sealed partial class HistoryJson : JsonSerializerContext;
