using System.Globalization;
using System.Text.Json;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Api.OpenApi;

/// <summary>The JSON Schemas of one table: a record, a new one, a change, the answers to a write and to a list.</summary>
internal static class TableSchemaJson
{
    public static void Write(Utf8JsonWriter json, Table table)
    {
        WriteRecord(json, Name(table.Name), [.. table.Columns], required: table.Columns);
        var writable = table.Columns.Where(c => c.IsWritable || c is { Role: ColumnRole.Id, Type: ColumnType.Uuid }).ToList();
        WriteRecord(json, Name(table.Name, "New"), writable, [.. writable.Where(c => c is { IsNullable: false, DefaultSql: null, IsWritable: true })]);
        WriteRecord(json, Name(table.Name, "Change"), [.. table.Columns.Where(c => c.IsWritable)], []);

        json.WriteStartObject(Name(table.Name, "Written"));
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        WriteType(json, "message", "string");
        WriteType(json, "record_id", table.Key is null ? "string" : "integer");
        WriteReference(json, "record", table.Name);
        json.WriteEndObject();
        json.WriteEndObject();

        json.WriteStartObject(Name(table.Name, "List"));
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        json.WriteStartObject("records");
        json.WriteString("type", "array");
        WriteReference(json, "items", table.Name);
        json.WriteEndObject();
        json.WriteStartObject("pagination");
        json.WriteString("type", "object");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <param name="part">What of the table: nothing for its records, else <c>New</c>, <c>Change</c>, <c>Written</c> or <c>List</c>.</param>
    public static string Reference(string table, string part = "") => $"#/components/schemas/{Name(table, part)}";

    /// <summary>
    /// Names of components may hold only these: https://spec.openapis.org/oas/v3.1.0#components-object. Tables of other programs may be called anything. A point stands before a part and nowhere else,
    /// so that no table is called what a part of another is.
    /// </summary>
    private static string Name(string table, string part = "")
    {
        var name = string.Concat(table.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"-{(int)c:x}")));
        return part.Length == 0 ? name : $"{name}.{part}";
    }

    private static void WriteRecord(Utf8JsonWriter json, string name, IReadOnlyList<Column> columns, IReadOnlyList<Column> required)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "object");
        if (required.Count > 0)
        {
            json.WriteStartArray("required");
            foreach (var column in required)
                json.WriteStringValue(column.Name);
            json.WriteEndArray();
        }

        json.WriteStartObject("properties");
        foreach (var column in columns)
            WriteColumn(json, column, column.IsNullable);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter json, Column column, bool mayBeNull)
    {
        json.WriteStartObject(column.Name);
        var (type, format) = column.Type switch
        {
            ColumnType.Integer => ("integer", "int64"),
            ColumnType.Real => ("number", "double"),
            ColumnType.Boolean => ("boolean", null),
            ColumnType.Decimal => ("string", "decimal"),
            ColumnType.Date => ("string", "date"),
            ColumnType.DateTime => ("string", "date-time"),
            ColumnType.Uuid => ("string", "uuid"),
            ColumnType.Blob => ("string", "byte"),
            ColumnType.Json => (null, null),
            _ => ((string?)"string", column.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt ? "date-time" : null),
        };
        if (type is not null)
            WriteTypes(json, type, mayBeNull);
        if (format is not null)
            json.WriteString("format", format);
        if (!column.IsWritable)
            json.WriteBoolean("readOnly", true);
        if (column.Check is { } check)
            WriteCheck(json, column, check);
        json.WriteEndObject();
    }

    private static void WriteTypes(Utf8JsonWriter json, string type, bool mayBeNull)
    {
        if (!mayBeNull)
        {
            json.WriteString("type", type);
            return;
        }

        json.WriteStartArray("type");
        json.WriteStringValue(type);
        json.WriteStringValue("null");
        json.WriteEndArray();
    }

    private static void WriteCheck(Utf8JsonWriter json, Column column, ColumnCheck check)
    {
        if (column.Type is ColumnType.Integer or ColumnType.Real)
        {
            if (check.Min is { } min)
            {
                json.WritePropertyName("minimum");
                json.WriteRawValue(ValueText.Of(column, min));
            }

            if (check.Max is { } max)
            {
                json.WritePropertyName("maximum");
                json.WriteRawValue(ValueText.Of(column, max));
            }
        }

        if (check.MinLength is { } minLength)
            json.WriteNumber("minLength", minLength);
        if (check.MaxLength is { } maxLength)
            json.WriteNumber("maxLength", maxLength);
    }

    private static void WriteType(Utf8JsonWriter json, string name, string type)
    {
        json.WriteStartObject(name);
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    private static void WriteReference(Utf8JsonWriter json, string name, string schema)
    {
        json.WriteStartObject(name);
        json.WriteString("$ref", Reference(schema));
        json.WriteEndObject();
    }
}
