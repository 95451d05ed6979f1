using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>Single values of a JSON document, typed by a column as values of a record are: defaults, bounds of checks.</summary>
internal static class ElementValue
{
    /// <summary>Reads a value that is not null. When it can't be read, <paramref name="fault"/> says why, without the field's name.</summary>
    public static bool TryRead(Column column, JsonElement element, out TypedValue value, out FieldError fault)
    {
        (value, fault) = (default, default);
        var raw = JsonMarshal.GetRawUtf8Value(element);
        switch (column.Type, element.ValueKind)
        {
            case (ColumnType.Integer, JsonValueKind.Number):
                var outcome = IntegralLiteral.Read(raw, out var whole);
                value = TypedValue.Of(whole);
                fault = outcome == IntegralLiteral.Outcome.OutOfRange
                    ? new("", FieldCodes.OutOfRange, "lies outside of the 64 bits of an INTEGER")
                    : Expects(column);
                return outcome == IntegralLiteral.Outcome.Whole;
            case (ColumnType.Real, JsonValueKind.Number):
                var isFinite = element.TryGetDouble(out var real) && double.IsFinite(real);
                value = TypedValue.Of(real);
                fault = new("", FieldCodes.OutOfRange, "lies outside of the range of a REAL");
                return isFinite;
            case (ColumnType.Boolean, JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number):
            case (ColumnType.Decimal, JsonValueKind.Number):
            case (ColumnType.Json, _):
                return ValueText.TryRead(column, Encoding.UTF8.GetString(raw), out value, out fault);
            case (ColumnType.Text or ColumnType.Blob or ColumnType.Decimal or ColumnType.Date or ColumnType.DateTime or ColumnType.Uuid, JsonValueKind.String):
                return TryReadText(column, element, out value, out fault);
            default:
                fault = Expects(column);
                return false;
        }
    }

    /// <summary>Writes a value as <see cref="TryRead"/> reads it.</summary>
    public static void Write(Utf8JsonWriter json, Column column, TypedValue value)
    {
        switch (column.Type)
        {
            case ColumnType.Integer:
                json.WriteNumberValue(value.Integer);
                break;
            case ColumnType.Real:
                json.WriteNumberValue(value.Real);
                break;
            case ColumnType.Boolean:
                json.WriteBooleanValue(value.Integer != 0);
                break;
            case ColumnType.Json:
                json.WriteRawValue(value.Bytes.Span);
                break;
            default:
                json.WriteStringValue(ValueText.Of(column, value));
                break;
        }
    }

    private static bool TryReadText(Column column, JsonElement element, out TypedValue value, out FieldError fault)
    {
        try
        {
            return ValueText.TryRead(column, element.GetString() ?? "", out value, out fault);
        }
        catch (InvalidOperationException)
        {
            value = default;
            fault = new("", FieldCodes.Invalid, "holds half of a surrogate pair, which is no text");
            return false;
        }
    }

    private static FieldError Expects(Column column) =>
        new("", FieldCodes.WrongType, $"expects {new DeclaredType(column.Type, column.Precision, column.Scale).Name}");
}
