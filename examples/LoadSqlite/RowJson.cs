using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LoadSqlite.Plan;

namespace LoadSqlite;

/// <summary>A row as the body of a request: integers in full, reals so that they read back as the same double, blobs in base64.</summary>
internal static class RowJson
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<ColumnPlan> columns, object?[] row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            for (var at = 0; at < row.Length; at++)
            {
                json.WritePropertyName(columns[at].JsonName);
                WriteValue(json, row[at]);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    // Nulls are written too: a row of nothing else would be an empty object, which is no record.
    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case long number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case string text: json.WriteStringValue(text); break;
            case byte[] bytes: json.WriteBase64StringValue(bytes); break;
            default: json.WriteNullValue(); break;
        }
    }
}
