using System.Text.Json.Serialization;

namespace Nebula.Storage;

/// <summary>The JSON that the storage writes for itself, compiled ahead of time.</summary>
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class StorageJson : JsonSerializerContext;
