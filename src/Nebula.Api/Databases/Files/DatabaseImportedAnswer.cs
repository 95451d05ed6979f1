using System.Text.Json.Serialization;
using Nebula.Core.Databases.Files;

namespace Nebula.Api.Databases.Files;

/// <summary>What became of an uploaded file.</summary>
internal sealed record DatabaseImportedAnswer(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("db_name")] string DbName,
    [property: JsonPropertyName("tables")] int Tables,
    [property: JsonPropertyName("rows")] long Rows)
{
    public static DatabaseImportedAnswer Of(ImportedDatabase imported) =>
        new("Database imported", imported.Database.Name.Value, imported.Database.Tables, imported.Rows);
}
