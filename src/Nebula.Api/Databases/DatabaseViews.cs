using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;

namespace Nebula.Api.Databases;

/// <summary>A database in the list, as v0.2 clients know it.</summary>
internal sealed record DatabaseView(
    [property: JsonPropertyName("databaseId")] long DatabaseId,
    [property: JsonPropertyName("userId")] Guid UserId,
    [property: JsonPropertyName("dbName")] string DbName,
    [property: JsonPropertyName("filePath")] string FilePath,
    [property: JsonPropertyName("createdAt")] string CreatedAt,
    [property: JsonPropertyName("tables")] int Tables,
    [property: JsonPropertyName("apiKey")] string ApiKey)
{
    public static DatabaseView Of(Database database, ApiKey? key) => new(
        database.Id.Value, database.OwnerId.Value, database.Name.Value, database.FilePath, Timestamps.ToText(database.CreatedAt), database.Tables,
        key is null ? "" : ApiKeyText.Mask(key));
}

internal sealed record DatabaseListAnswer([property: JsonPropertyName("databases")] IReadOnlyList<DatabaseView> Databases);

internal sealed record DatabaseCreatedAnswer([property: JsonPropertyName("message")] string Message, [property: JsonPropertyName("db_name")] string DbName)
{
    public static DatabaseCreatedAnswer Of(Database database) => new("Database created", database.Name.Value);
}

/// <summary>Everything about one database.</summary>
internal sealed record DatabaseInformation(
    [property: JsonPropertyName("database_id")] long DatabaseId,
    [property: JsonPropertyName("db_name")] string DbName,
    [property: JsonPropertyName("engine")] string Engine,
    [property: JsonPropertyName("bytes")] long Bytes,
    [property: JsonPropertyName("tables")] int Tables,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("created_at")] string CreatedAt,
    [property: JsonPropertyName("updated_at")] string UpdatedAt)
{
    public static DatabaseInformation Of(Database database, long bytes) => new(
        database.Id.Value, database.Name.Value, database.Placement == PlacementName.Sqlite ? "sqlite" : "postgres", bytes, database.Tables, database.State == DatabaseState.Registered ? "registered" : "created",
        Timestamps.ToText(database.CreatedAt), Timestamps.ToText(database.UpdatedAt));
}
