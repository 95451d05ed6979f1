using System.Text.Json;

namespace Nebula.Core.Tables.Definitions;

/// <summary>Reads <c>references: {table, column?, on_delete?, as?, inverse?}</c>. Whether there is such a target is found where the tables are known.</summary>
internal static class ReferenceDefinitionReader
{
    public static ColumnReference? Read(JsonElement given, string place, DefinitionFields fields)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            fields.Add(place, FieldCodes.WrongType, "expects an object with 'table'");
            return null;
        }

        JsonElement? table = null;
        string? column = null, relation = null, inverse = null;
        var action = ReferenceAction.Restrict;
        foreach (var attribute in given.EnumerateObject())
        {
            switch (JsonText.NameOf(attribute))
            {
                case "table":
                    table = attribute.Value;
                    break;
                case "column":
                    column = fields.Name(attribute.Value, $"{place}.column");
                    break;
                case "on_delete":
                    action = ReadAction(attribute.Value, $"{place}.on_delete", fields);
                    break;
                case "as":
                    relation = fields.Name(attribute.Value, $"{place}.as");
                    break;
                case "inverse":
                    inverse = fields.Name(attribute.Value, $"{place}.inverse");
                    break;
                case var unknown:
                    fields.AddUnknown(place, unknown, "a reference", "table, column, on_delete, as, inverse");
                    break;
            }
        }

        return fields.Name(table, $"{place}.table") is { } target ? new ColumnReference(target, column, action, relation, inverse) : null;
    }

    private static ReferenceAction ReadAction(JsonElement given, string place, DefinitionFields fields)
    {
        if (fields.Text(given, place) is { } text && !ReferenceActions.TryParse(text, out _))
            fields.Add(place, FieldCodes.Invalid, $"must be one of {ReferenceActions.Allowed}");
        _ = ReferenceActions.TryParse(given.ValueKind == JsonValueKind.String ? JsonText.Of(given) : null, out var action);
        return action;
    }
}
