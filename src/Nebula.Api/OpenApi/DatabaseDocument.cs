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
/// The OpenAPI document of one database: its tables as its caller may see them, and of each the routes that the caller may use. What all databases have in common (errors, limits,
/// batches) is in the document of the server.
/// </summary>
internal sealed class DatabaseDocument(Utf8JsonWriter json, Database database, Scopes scopes)
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] _listParameters = ["filter", "sort", "fields", "expand", "search", "limit", "offset", "cursor", "count"];

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
        foreach (var table in tables)
            WritePaths(table);
        json.WriteEndObject();
        json.WriteStartObject("components");
        WriteSecurity();
        json.WriteStartObject("schemas");
        foreach (var table in tables)
            TableSchemaJson.Write(json, table);
        WriteError();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WritePaths(Table table)
    {
        var (reads, writes) = (scopes.HasFlag(Scopes.RecordsRead), scopes.HasFlag(Scopes.RecordsWrite));
        var path = $"/api/v1/databases/{database.Name}/tables/{Uri.EscapeDataString(table.Name)}/records";
        if (reads || writes)
        {
            json.WriteStartObject(path);
            if (reads)
                WriteOperation("get", "list", table, _listParameters, input: false, output: "List", 200);
            if (writes)
                WriteOperation("post", "create", table, [], input: true, output: "Written", 201);
            json.WriteEndObject();
        }

        if (!(reads || writes) || table.KeyColumns.Count == 0)
            return;
        json.WriteStartObject($"{path}/{{id}}");
        WriteId(table);
        if (reads)
            WriteOperation("get", "get", table, ["fields", "expand"], input: false, output: "", 200);
        if (writes)
        {
            WriteOperation("patch", "update", table, [], input: true, output: "Written", 200);
            WriteOperation("delete", "delete", table, [], input: false, output: null, 204);
        }

        json.WriteEndObject();
    }

    /// <param name="output">What the table's name is followed by in the name of the answer's schema; null for an answer without a body.</param>
    private void WriteOperation(string method, string verb, Table table, string[] parameters, bool input, string? output, int status)
    {
        json.WriteStartObject(method);
        json.WriteStartArray("tags");
        json.WriteStringValue(table.Name);
        json.WriteEndArray();
        json.WriteString("operationId", $"{verb}_{table.Name}");
        json.WriteStartArray("parameters");
        foreach (var name in parameters)
            WriteParameter(name, "query", isRequired: false, name is "limit" or "offset" ? "integer" : "string");
        json.WriteEndArray();
        if (input)
        {
            json.WriteStartObject("requestBody");
            json.WriteBoolean("required", true);
            WriteContent(TableSchemaJson.Reference(table.Name, method == "post" ? "New" : "Change"));
            json.WriteEndObject();
        }

        json.WriteStartObject("responses");
        json.WriteStartObject(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("description", "Done.");
        if (output is not null)
            WriteContent(TableSchemaJson.Reference(table.Name, output));
        json.WriteEndObject();
        json.WriteStartObject("default");
        json.WriteString("description", "An error.");
        WriteContent("#/components/schemas/.Error");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteId(Table table)
    {
        json.WriteStartArray("parameters");
        WriteParameter("id", "path", isRequired: true, table.Key is null ? "string" : "integer");
        json.WriteEndArray();
    }

    private void WriteParameter(string name, string place, bool isRequired, string type)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("in", place);
        if (isRequired)
            json.WriteBoolean("required", true);
        json.WriteStartObject("schema");
        json.WriteString("type", type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteContent(string reference)
    {
        json.WriteStartObject("content");
        json.WriteStartObject("application/json");
        json.WriteStartObject("schema");
        json.WriteString("$ref", reference);
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

    private void WriteError()
    {
        json.WriteStartObject(".Error"); // with a point before it no table is called so
        json.WriteString("type", "object");
        json.WriteStartArray("required");
        foreach (var member in (string[])["error", "code", "status", "request_id"])
            json.WriteStringValue(member);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (var (member, type) in ((string, string)[])[("error", "string"), ("code", "string"), ("status", "integer"), ("request_id", "string")])
        {
            json.WriteStartObject(member);
            json.WriteString("type", type);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
