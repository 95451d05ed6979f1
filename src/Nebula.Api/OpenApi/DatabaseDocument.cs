using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nebula.Api.About;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Api.OpenApi;

/// <summary>
/// The OpenAPI document of one database: its tables as its caller may see them, and of each the routes of records that the caller may use. What all databases have in common (errors, limits,
/// headers) is in the document of the server.
/// </summary>
internal sealed class DatabaseDocument(Utf8JsonWriter json, Database database, Scopes scopes)
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(Caller caller, Database database, IReadOnlyList<Table> tables)
    {
        var utf8 = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(utf8, _options))
            new DatabaseDocument(json, database, caller is KeyCaller key ? key.Key.Scopes : Scopes.All).Write(tables);
        return utf8.WrittenMemory;
    }

    private void Write(IReadOnlyList<Table> tables)
    {
        json.WriteStartObject();
        json.WriteString("openapi", "3.1.0");
        json.WriteStartObject("info");
        json.WriteString("title", database.Name.Value);
        json.WriteString("version", AboutEndpoints.Version);
        json.WriteString("description", "The tables of one database. What all databases have in common is in /openapi.json.");
        json.WriteEndObject();
        json.WriteStartObject("paths");
        var paths = new TablePathsJson(json, $"/api/v1/databases/{database.Name}", scopes);
        paths.WriteBatch();
        foreach (var table in tables)
            paths.Write(table);
        json.WriteEndObject();
        json.WriteStartObject("components");
        WriteSecurity();
        json.WriteStartObject("schemas");
        foreach (var table in tables)
            TableSchemaJson.Write(json, table);
        SharedSchemaJson.Write(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteSecurity()
    {
        json.WriteStartObject("securitySchemes");
        json.WriteStartObject("bearerAuth");
        json.WriteString("type", "http");
        json.WriteString("scheme", "bearer");
        json.WriteEndObject();
        json.WriteStartObject("apiKeyAuth");
        json.WriteString("type", "apiKey");
        json.WriteString("in", "header");
        json.WriteString("name", "Authorization");
        json.WriteString("description", "`ApiKey <key>`");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
