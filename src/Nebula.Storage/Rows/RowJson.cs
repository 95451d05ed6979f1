using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Storage.Rows;

/// <summary>
/// Writes rows as JSON objects, from the engine's memory straight into the answer. What does not change from row to row is prepared once: which column stands where,
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

    /// <summary>For statements that select these outputs: each is written as a column of its type would be.</summary>
    public static RowJson Of(IReadOnlyList<AggregateOutput> outputs) => Of([.. outputs.Select(ToColumn)]);

    /// <summary>Appends the current row.</summary>
    public void Write<TRow, TValue>(Utf8Buffer json, TRow row)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
    {
        WriteOpen<TRow, TValue>(json, row);
        json.Write((byte)'}');
    }

    /// <summary>Appends the current row without the brace at its end, for what comes behind its columns.</summary>
    public void WriteOpen<TRow, TValue>(Utf8Buffer json, TRow row)
        where TRow : struct, IRow<TValue>
        where TValue : struct, IRowValue, allows ref struct
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

    private static Column ToColumn(AggregateOutput output, int ordinal) => new()
    {
        Ordinal = ordinal,
        Name = output.Name,
        Type = output.Type,
        Scale = output.Scale,
        DeclaredType = "",
        IsNullable = true,
        IsUnique = false,
        IsPrimaryKey = false,
    };

    // By what is stored, not by what is declared: a file of another program may hold anything in any column.
    private static void WriteValue<TValue>(Utf8Buffer json, TValue value, in Field field)
        where TValue : struct, IRowValue, allows ref struct
    {
        switch (value.Kind)
        {
            case ValueKind.Integer when field.Type == ColumnType.Boolean && value.Integer is (0 or 1):
                JsonValues.WriteBoolean(json, value.Integer == 1);
                break;
            case ValueKind.Integer when field.Type == ColumnType.Decimal:
                JsonValues.WriteDecimal(json, value.Integer, field.Scale);
                break;
            case ValueKind.Integer:
                JsonValues.WriteInteger(json, value.Integer);
                break;
            case ValueKind.Real:
                JsonValues.WriteReal(json, value.Real);
                break;
            case ValueKind.Text when field.Role is ColumnRole.CreatedAt or ColumnRole.UpdatedAt:
                JsonValues.WriteText(json, StoredTimestamp.Show(value.Utf8));
                break;
            case ValueKind.Text when field.Type == ColumnType.Json:
                JsonValues.WriteJson(json, value.Utf8);
                break;
            case ValueKind.Text:
                JsonValues.WriteText(json, value.Utf8);
                break;
            case ValueKind.Blob:
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
