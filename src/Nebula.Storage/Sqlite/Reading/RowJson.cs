using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>
/// Writes rows as JSON objects, from SQLite's memory straight into the answer. What does not change from row to row is prepared once: which column stands where,
/// and the bytes between the values. Thread-safe.
/// </summary>
internal sealed class RowJson
{
    private readonly Field[] _fields;

    private RowJson(IEnumerable<(Column Column, int Position)> fields, IReadOnlyList<SelectedField>? names = null) => _fields =
        [.. fields.Select((f, i) => new Field([(byte)(i == 0 ? '{' : ','), .. NameOf(f.Column, names?[i])], f.Position, f.Column.Type, f.Column.Scale, f.Column.Role))];

    /// <summary>For statements that select these columns in this order.</summary>
    public static RowJson Of(IReadOnlyList<Column> columns) => new(columns.Select((c, i) => (c, i)));

    /// <summary>For some columns of statements that select all of the table's in catalogue order.</summary>
    public static RowJson OfSome(IReadOnlyList<Column> columns) => new(columns.Select(c => (c, c.Ordinal)));

    /// <summary>For statements whose first columns are these.</summary>
    public static RowJson Of(IReadOnlyList<SelectedField> fields) => new(fields.Select((f, i) => (f.Column, i)), fields);

    /// <summary>Appends the current row.</summary>
    public void Write(Utf8Buffer json, Statement row)
    {
        WriteOpen(json, row);
        json.Write((byte)'}');
    }

    /// <summary>Appends the current row without the brace at its end, for what comes behind its columns.</summary>
    public void WriteOpen(Utf8Buffer json, Statement row)
    {
        if (_fields.Length == 0)
            json.Write((byte)'{');
        foreach (ref readonly var field in _fields.AsSpan())
        {
            json.Write(field.Lead);
            WriteValue(json, row.Value(field.Position), field);
        }
    }

    private static ReadOnlySpan<byte> NameOf(Column column, SelectedField? field) =>
        field is null or { Path.Count: 0 } ? column.JsonName.Span : Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(field.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\":");

    // By what is stored, not by what is declared: a file of another program may hold anything in any column.
    private static void WriteValue(Utf8Buffer json, ColumnValue value, in Field field)
    {
        switch (value.Type)
        {
            case ColumnTypeCodes.Integer when field.Type == ColumnType.Boolean && value.Integer is (0 or 1):
                JsonValues.WriteBoolean(json, value.Integer == 1);
                break;
            case ColumnTypeCodes.Integer when field.Type == ColumnType.Decimal:
                JsonValues.WriteDecimal(json, value.Integer, field.Scale);
                break;
            case ColumnTypeCodes.Integer:
                JsonValues.WriteInteger(json, value.Integer);
                break;
            case ColumnTypeCodes.Real:
                JsonValues.WriteReal(json, value.Real);
                break;
            case ColumnTypeCodes.Text when field.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt:
                JsonValues.WriteText(json, StoredTimestamp.Show(value.Utf8));
                break;
            case ColumnTypeCodes.Text when field.Type == ColumnType.Json:
                JsonValues.WriteJson(json, value.Utf8);
                break;
            case ColumnTypeCodes.Text:
                JsonValues.WriteText(json, value.Utf8);
                break;
            case ColumnTypeCodes.Blob:
                JsonValues.WriteBlob(json, value.Blob);
                break;
            default:
                JsonValues.WriteNull(json);
                break;
        }
    }

    /// <param name="Lead">The brace or comma before the value, and its name.</param>
    /// <param name="Position">Where the statement has it.</param>
    private readonly record struct Field(byte[] Lead, int Position, ColumnType Type, int Scale, ColumnRole Role);
}
