using System.Text.Json;
using System.Text.RegularExpressions;
using Nebula.Core.Records;

namespace Nebula.Core.Tables.Definitions;

/// <summary>Reads <c>check: {min, max, min_length, max_length, pattern, one_of}</c>, as far as each goes with the column's type.</summary>
internal static class CheckDefinitionReader
{
    private const int MaxValues = 500;
    private const string Allowed = "min, max, min_length, max_length, pattern, one_of";

    /// <param name="column">The column with its type; values are read by it.</param>
    /// <param name="maxLength">What the type itself says of the length: <c>VARCHAR(n)</c>.</param>
    public static ColumnCheck? Read(JsonElement given, Column column, int? maxLength, string place, DefinitionFields fields)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            fields.Add(place, FieldCodes.WrongType, "expects an object");
            return null;
        }

        var check = new ColumnCheck { MaxLength = maxLength };
        foreach (var attribute in given.EnumerateObject())
        {
            var name = JsonText.NameOf(attribute);
            var at = $"{place}.{Excerpt.Of(name)}";
            if (Fits(name, column.Type) is not { } fits)
            {
                fields.AddUnknown(place, name, "a check", Allowed);
                continue;
            }

            if (!fits)
            {
                fields.Add(at, FieldCodes.NotAllowed, $"does not go with {ColumnTypes.Name(column.Type)}");
                continue;
            }

            check = name switch
            {
                "min" => check with { Min = Value(column, attribute.Value, at, fields) },
                "max" => check with { Max = Value(column, attribute.Value, at, fields) },
                "min_length" => check with { MinLength = fields.Length(attribute.Value, at) },
                "max_length" => check with { MaxLength = fields.Length(attribute.Value, at) is { } length ? Math.Min(length, maxLength ?? length) : null },
                "pattern" => check with { Pattern = Pattern(attribute.Value, at, fields) },
                _ => check with { OneOf = Values(column, attribute.Value, at, fields) },
            };
        }

        AddContradictions(check, column, place, fields);
        return check == new ColumnCheck() ? null : check;
    }

    /// <summary>Whether a part of a check goes with a type; null when there is no such part.</summary>
    private static bool? Fits(string part, ColumnType type) => part switch
    {
        "min" or "max" => type is ColumnType.Integer or ColumnType.Real or ColumnType.Decimal or ColumnType.Date or ColumnType.DateTime,
        "min_length" or "max_length" => type is ColumnType.Text or ColumnType.Blob,
        "pattern" => type == ColumnType.Text,
        "one_of" => type is not (ColumnType.Json or ColumnType.Boolean),
        _ => null,
    };

    private static void AddContradictions(ColumnCheck check, Column column, string place, DefinitionFields fields)
    {
        if (check is { Min: { } min, Max: { } max } && CheckReader.Compare(min, max) > 0)
            fields.Add($"{place}.min", FieldCodes.OutOfRange, "is greater than 'max'");
        if (check.MinLength > check.MaxLength)
            fields.Add($"{place}.min_length", FieldCodes.OutOfRange, "is greater than 'max_length'");
        foreach (var (value, i) in (check.OneOf ?? []).Select((v, i) => (v, i)))
        {
            if (CheckReader.Fault(column, check with { OneOf = null }, value) is { } fault)
                fields.Add($"{place}.one_of[{i}]", fault.Code, $"{fault.Message}, as the rest of the check says");
        }
    }

    private static TypedValue? Value(Column column, JsonElement given, string place, DefinitionFields fields)
    {
        if (ElementValue.TryRead(column, given, out var value, out var fault))
            return value;
        fields.Add(place, fault.Code, fault.Message);
        return null;
    }

    private static List<TypedValue>? Values(Column column, JsonElement given, string place, DefinitionFields fields)
    {
        if (given.ValueKind == JsonValueKind.Array && given.GetArrayLength() == 0)
        {
            fields.Add(place, FieldCodes.OutOfRange, "needs at least one value");
            return null;
        }

        var values = new List<TypedValue>();
        foreach (var (item, at) in fields.Items(given, place, MaxValues))
        {
            if (Value(column, item, at, fields) is not { } value)
                continue;
            if (values.Contains(value))
                fields.Add(at, FieldCodes.Duplicate, "stands there twice");
            else
                values.Add(value);
        }

        return values.Count > 0 ? values : null;
    }

    private static Regex? Pattern(JsonElement given, string place, DefinitionFields fields)
    {
        if (fields.Text(given, place) is not { } text)
            return null;
        var compiled = ColumnPattern.TryCompile(text, out var fault);
        if (compiled is null)
            fields.Add(place, FieldCodes.Invalid, fault);
        return compiled;
    }
}
