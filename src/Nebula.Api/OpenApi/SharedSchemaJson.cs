using System.Text.Json;

namespace Nebula.Api.OpenApi;

/// <summary>The JSON Schemas of a database's document that are of no table. A point stands before their names, so that no table is called so.</summary>
internal static class SharedSchemaJson
{
    public const string Error = "#/components/schemas/.Error";
    public const string Affected = "#/components/schemas/.Affected";
    public const string Groups = "#/components/schemas/.Groups";
    public const string Imported = "#/components/schemas/.Imported";
    public const string Batch = "#/components/schemas/.Batch";
    public const string Results = "#/components/schemas/.Results";

    public static void Write(Utf8JsonWriter json)
    {
        Write(json, Error, ("error", "string"), ("code", "string"), ("status", "integer"), ("request_id", "string"));
        Write(json, Affected, ("affected", "integer"));
        Write(json, Groups, ("groups", "array"));
        Write(json, Imported, ("message", "string"), ("imported", "integer"), ("skipped", "integer"), ("errors", "array"));
        Write(json, Batch, ("operations", "array"));
        Write(json, Results, ("results", "array"));
    }

    /// <summary>An object that has all of these members; arrays are of objects.</summary>
    private static void Write(Utf8JsonWriter json, string reference, params ReadOnlySpan<(string Name, string Type)> members)
    {
        json.WriteStartObject(reference[(reference.LastIndexOf('/') + 1)..]);
        json.WriteString("type", "object");
        json.WriteStartArray("required");
        foreach (var member in members)
            json.WriteStringValue(member.Name);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (var (name, type) in members)
        {
            json.WriteStartObject(name);
            json.WriteString("type", type);
            if (type == "array")
            {
                json.WriteStartObject("items");
                json.WriteString("type", "object");
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
