using System.Text.Json;

namespace Nebula.Core.Tables.Definitions;

/// <summary>Reads <c>indexes: [{name?, columns, unique?, where?, type?}]</c>. Whether there are such columns is found where the table is known.</summary>
internal static class IndexDefinitionReader
{
    private const string Allowed = "name, columns, unique, where, type";

    public static IndexDefinition? Read(JsonElement given, string place, DefinitionFields fields)
    {
        var before = fields.Faults.Count;
        string? name = null, where = null;
        List<string>? columns = null;
        var (isUnique, isFullText) = (false, false);
        foreach (var attribute in given.EnumerateObject())
        {
            switch (JsonText.NameOf(attribute))
            {
                case "name":
                    name = fields.Name(attribute.Value, $"{place}.name");
                    break;
                case "columns":
                    columns = fields.NameList(attribute.Value, $"{place}.columns", TableDefinition.MaxIndexColumns);
                    if (columns.Count == 0 && attribute.Value.ValueKind == JsonValueKind.Array && attribute.Value.GetArrayLength() == 0)
                        fields.Add($"{place}.columns", FieldCodes.OutOfRange, "needs at least one column");
                    break;
                case "unique":
                    isUnique = fields.Boolean(attribute.Value, $"{place}.unique") ?? false;
                    break;
                case "where":
                    where = fields.Text(attribute.Value, $"{place}.where")?.Trim();
                    break;
                case "type":
                    isFullText = ReadType(attribute.Value, $"{place}.type", fields);
                    break;
                case var unknown:
                    fields.AddUnknown(place, unknown, "an index", Allowed);
                    break;
            }
        }

        if (columns is null)
            fields.Add($"{place}.columns", FieldCodes.Required, "is required");
        if (isFullText && isUnique)
            fields.Add($"{place}.unique", FieldCodes.NotAllowed, "does not go with a full-text index");
        if (isFullText && where is not null)
            fields.Add($"{place}.where", FieldCodes.NotAllowed, "does not go with a full-text index");
        return fields.Faults.Count == before && columns is not null ? new IndexDefinition(name, columns, isUnique, where, isFullText) : null;
    }

    private static bool ReadType(JsonElement given, string place, DefinitionFields fields)
    {
        var text = fields.Text(given, place);
        if (text is not (null or "fulltext"))
            fields.Add(place, FieldCodes.Invalid, "must be 'fulltext', or be left out");
        return text == "fulltext";
    }
}
