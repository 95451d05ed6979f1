using System.Text.Json.Serialization;
using Nebula.Core.Databases;

namespace Nebula.Api.Databases.Backups;

/// <summary>The database that was made of a backup.</summary>
internal sealed record DatabaseRestoredAnswer(
    [property: JsonPropertyName("message")] string Message, [property: JsonPropertyName("db_name")] string DbName, [property: JsonPropertyName("tables")] int Tables)
{
    public static DatabaseRestoredAnswer Of(Database database) => new("Database restored", database.Name.Value, database.Tables);
}
