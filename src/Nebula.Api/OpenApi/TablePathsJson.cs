using System.Globalization;
using System.Text.Json;
using Nebula.Core.ApiKeys;
using Nebula.Core.Tables;

namespace Nebula.Api.OpenApi;

/// <summary>The routes of records, as far as these scopes open them.</summary>
/// <param name="root">The path of the database.</param>
internal sealed class TablePathsJson(Utf8JsonWriter json, string root, Scopes scopes)
{
    private const string Ndjson = "application/x-ndjson";
    private const string Csv = "text/csv";
    private static readonly string[] _listParameters = ["filter", "sort", "order", "fields", "expand", "search", "limit", "offset", "cursor", "count"];
    private static readonly string[] _aggregateParameters = ["select", "group", "having", "sort", "filter", "limit", "offset"];

    private bool Reads => scopes.HasFlag(Scopes.RecordsRead);

    private bool Writes => scopes.HasFlag(Scopes.RecordsWrite);

    /// <summary>Several operations in one transaction; each needs the scope of its own route.</summary>
    public void WriteBatch()
    {
        if (!Reads && !Writes)
            return;
        json.WriteStartObject($"{root}/batch");
        WriteOperation(new("post", "batch", null) { Input = SharedSchemaJson.Batch, Output = SharedSchemaJson.Results });
        json.WriteEndObject();
    }

    public void Write(Table table)
    {
        if (!Reads && !Writes)
            return;
        var path = $"{root}/tables/{Uri.EscapeDataString(table.Name)}";
        json.WriteStartObject($"{path}/records");
        WriteMany(table);
        json.WriteEndObject();
        if (table.KeyColumns.Count > 0)
        {
            json.WriteStartObject($"{path}/records/{{id}}");
            WriteOne(table);
            json.WriteEndObject();
        }

        WritePath($"{path}/aggregate", Reads, new("get", "aggregate", table) { Parameters = _aggregateParameters, Output = SharedSchemaJson.Groups });
        WritePath($"{path}/export", Reads, new("get", "export", table) { Parameters = ["format", "fields", "filter"], Output = Of(table), MediaTypes = [Ndjson, Csv] });
        WritePath($"{path}/import", Writes, new("post", "import", table)
        {
            Parameters = ["on_error", "keep_ids"],
            Input = Of(table, "New"),
            InputTypes = [Ndjson, Csv],
            Output = SharedSchemaJson.Imported,
        });
    }

    private static string Of(Table table, string part = "") => TableSchemaJson.Reference(table.Name, part);

    private void WriteMany(Table table)
    {
        if (Reads)
            WriteOperation(new("get", "list", table) { Parameters = _listParameters, Output = Of(table, "List") });
        if (Writes)
            WriteOperation(new("post", "create", table) { Parameters = ["on_conflict", "resolution"], Input = Of(table, "New"), TakesMany = true, Output = Of(table, "Written"), Status = 201 });
        if (!Reads || !Writes)
            return; // a filter tells what it matches
        WriteOperation(new("patch", "updateMatching", table) { Parameters = ["filter", "max_affected"], Input = Of(table, "Change"), Output = SharedSchemaJson.Affected });
        WriteOperation(new("delete", "deleteMatching", table) { Parameters = ["filter", "max_affected"], Output = SharedSchemaJson.Affected });
    }

    private void WriteOne(Table table)
    {
        json.WriteStartArray("parameters");
        WriteParameter("id", "path", isRequired: true, table.Key is null ? "string" : "integer");
        json.WriteEndArray();
        if (Reads)
            WriteOperation(new("get", "get", table) { Parameters = ["fields", "expand"], Output = Of(table) });
        if (!Writes)
            return;
        WriteOperation(new("put", "put", table) { Input = Of(table, "Change"), Output = Of(table, "Written") });
        WriteOperation(new("patch", "update", table) { Input = Of(table, "Change"), Output = Of(table, "Written") });
        WriteOperation(new("delete", "delete", table) { Status = 204 });
    }

    private void WritePath(string path, bool isOpen, Operation operation)
    {
        if (!isOpen)
            return;
        json.WriteStartObject(path);
        WriteOperation(operation);
        json.WriteEndObject();
    }

    private void WriteOperation(Operation operation)
    {
        json.WriteStartObject(operation.Method);
        if (operation.Table is { } table)
        {
            json.WriteStartArray("tags");
            json.WriteStringValue(table.Name);
            json.WriteEndArray();
        }

        json.WriteString("operationId", operation.Table is null ? operation.Verb : $"{operation.Verb}_{operation.Table.Name}");
        json.WriteStartArray("parameters");
        foreach (var name in operation.Parameters)
            WriteParameter(name, "query", isRequired: name == "max_affected", name is "limit" or "offset" or "max_affected" ? "integer" : "string");
        json.WriteEndArray();
        if (operation.Input is { } input)
        {
            json.WriteStartObject("requestBody");
            json.WriteBoolean("required", true);
            WriteContent(input, operation.InputTypes, operation.TakesMany);
            json.WriteEndObject();
        }

        json.WriteStartObject("responses");
        json.WriteStartObject(operation.Status.ToString(CultureInfo.InvariantCulture));
        json.WriteString("description", "Done.");
        if (operation.Output is { } output)
            WriteContent(output, operation.MediaTypes, orMany: false);
        json.WriteEndObject();
        json.WriteStartObject("default");
        json.WriteString("description", "An error.");
        WriteContent(SharedSchemaJson.Error, Operation.Json, orMany: false);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
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

    /// <summary>What a body holds; a CSV is text, whatever its rows are.</summary>
    private void WriteContent(string reference, string[] mediaTypes, bool orMany)
    {
        json.WriteStartObject("content");
        foreach (var mediaType in mediaTypes)
        {
            json.WriteStartObject(mediaType);
            json.WriteStartObject("schema");
            if (mediaType == Csv)
                json.WriteString("type", "string");
            else if (orMany)
                WriteOneOrMany(reference);
            else
                json.WriteString("$ref", reference);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteOneOrMany(string reference)
    {
        json.WriteStartArray("oneOf");
        json.WriteStartObject();
        json.WriteString("$ref", reference);
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        json.WriteString("$ref", reference);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <param name="Verb">What the name of the operation begins with.</param>
    /// <param name="Table">Null for what is of no single table.</param>
    private sealed record Operation(string Method, string Verb, Table? Table)
    {
        public static readonly string[] Json = ["application/json"];

        public string[] Parameters { get; init; } = [];

        /// <summary>The schema of the body; null for none.</summary>
        public string? Input { get; init; }

        /// <summary>Whether the body may also be an array.</summary>
        public bool TakesMany { get; init; }

        public string[] InputTypes { get; init; } = Json;

        /// <summary>The schema of the answer; null for one without a body.</summary>
        public string? Output { get; init; }

        public string[] MediaTypes { get; init; } = Json;

        public int Status { get; init; } = 200;
    }
}
