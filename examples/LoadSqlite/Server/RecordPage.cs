using System.Text.Json;

namespace LoadSqlite.Server;

/// <summary>Some records of a table, and how many there are in all.</summary>
internal sealed record RecordPage(IReadOnlyList<JsonElement> Records, long Total);
