using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nebula.Core.Records;

namespace Nebula.Core.Tables;

/// <summary>Writes a definition as <see cref="TableDefinitionReader"/> reads it: what is as it is by default is left out.</summary>
public static class TableDefinitionJson
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The definition in UTF-8.</summary>
    public static byte[] Write(TableDefinition definition)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, _options))
            Write(json, definition);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, TableDefinition definition)
    {
        json.WriteStartObject();
        json.WriteString("table_name"u8, definition.Name.Value);
        if (definition.IdType == IdType.Uuid)
            json.WriteString("id_type"u8, "uuid"u8);
        json.WriteStartArray("columns"u8);
        foreach (var column in definition.Columns)
            Write(json, column);
        json.WriteEndArray();
        if (definition.Unique.Count > 0)
        {
            json.WriteStartArray("unique"u8);
            foreach (var columns in definition.Unique)
                WriteNames(json, columns);
            json.WriteEndArray();
        }

        if (definition.Indexes.Count > 0)
        {
            json.WriteStartArray("indexes"u8);
            foreach (var index in definition.Indexes)
                Write(json, index);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ColumnDefinition column)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, column.Name);
        json.WriteString("type"u8, column.DeclaredType.Name);
        if (!column.IsNullable)
            json.WriteBoolean("nullable"u8, false);
        if (column.IsUnique)
            json.WriteBoolean("unique"u8, true);
        var typed = column.ToColumn(0);
        if (column.Default is { } @default)
        {
            json.WritePropertyName("default"u8);
            if (@default.Moment)
                json.WriteStringValue(column.Type == ColumnType.Date ? "@today"u8 : "@now"u8);
            else
                ElementValue.Write(json, typed, @default.Value);
        }

        if (column.Reference is { } reference)
            Write(json, reference);
        if (column.Check is { } check)
            Write(json, typed, check);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ColumnReference reference)
    {
        json.WriteStartObject("references"u8);
        json.WriteString("table"u8, reference.Table);
        if (reference.Column is not null)
            json.WriteString("column"u8, reference.Column);
        if (reference.OnDelete != ReferenceAction.Restrict)
            json.WriteString("on_delete"u8, ReferenceActions.Name(reference.OnDelete));
        if (reference.As is not null)
            json.WriteString("as"u8, reference.As);
        if (reference.Inverse is not null)
            json.WriteString("inverse"u8, reference.Inverse);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Column column, ColumnCheck check)
    {
        json.WriteStartObject("check"u8);
        if (check.Min is { } min)
        {
            json.WritePropertyName("min"u8);
            ElementValue.Write(json, column, min);
        }

        if (check.Max is { } max)
        {
            json.WritePropertyName("max"u8);
            ElementValue.Write(json, column, max);
        }

        if (check.MinLength is { } minLength)
            json.WriteNumber("min_length"u8, minLength);
        if (check.MaxLength is { } maxLength)
            json.WriteNumber("max_length"u8, maxLength);
        if (check.Pattern is { } pattern)
            json.WriteString("pattern"u8, ColumnPattern.SourceOf(pattern));
        if (check.OneOf is { } values)
        {
            json.WriteStartArray("one_of"u8);
            foreach (var value in values)
                ElementValue.Write(json, column, value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IndexDefinition index)
    {
        json.WriteStartObject();
        if (index.Name is not null)
            json.WriteString("name"u8, index.Name);
        WriteNames(json, "columns"u8, index.Columns);
        if (index.IsUnique)
            json.WriteBoolean("unique"u8, true);
        if (index.Where is not null)
            json.WriteString("where"u8, index.Where);
        if (index.IsFullText)
            json.WriteString("type"u8, "fulltext"u8);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, ReadOnlySpan<byte> property, IReadOnlyList<string> names)
    {
        json.WritePropertyName(property);
        WriteNames(json, names);
    }

    private static void WriteNames(Utf8JsonWriter json, IReadOnlyList<string> names)
    {
        json.WriteStartArray();
        foreach (var name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
