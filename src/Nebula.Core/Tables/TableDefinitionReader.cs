using System.Text.Json;

namespace Nebula.Core.Tables;

/// <summary>Reads a table's definition from JSON: <c>{table_name, columns or schema: [{name, type, nullable?, unique?, primary_key?}]}</c>.</summary>
public static class TableDefinitionReader
{
    /// <summary>Fails with invalid_name when nothing but the table's name is at fault, else with invalid_schema; either names every fault.</summary>
    public static Result<TableDefinition> Read(JsonElement body)
    {
        var faults = new List<FieldError>();
        JsonElement? columns = null;
        JsonElement? name = null;
        foreach (var property in body.EnumerateObject())
        {
            switch (JsonText.NameOf(property))
            {
                case "table_name":
                    name = property.Value;
                    break;
                case "columns" or "schema" when columns is not null:
                    faults.Add(new(property.Name, FieldCodes.Duplicate, "is given twice: 'columns' and 'schema' mean the same"));
                    break;
                case "columns" or "schema":
                    columns = property.Value;
                    if (property.Value.ValueKind != JsonValueKind.Array)
                        faults.Add(new(property.Name, FieldCodes.WrongType, "expects an array of columns"));
                    break;
                case var unknown:
                    faults.Add(new(Excerpt.Of(unknown), FieldCodes.UnknownAttribute, "is no attribute of a table"));
                    break;
            }
        }

        var nameFault = NameFault(name, "table_name", out var tableName);
        if (nameFault is { } fault)
            faults.Add(fault);
        var read = new List<ColumnDefinition>();
        if (columns is null)
            faults.Add(new("columns", FieldCodes.Required, "is required"));
        else if (columns.Value.ValueKind == JsonValueKind.Array)
            ReadColumns(columns.Value, read, faults);

        if (faults.Count == 0 && TableName.Parse(tableName).TryGet(out var parsed, out _))
            return new TableDefinition(parsed, read);
        return Error.Of(faults is [{ Code: not FieldCodes.WrongType }] && nameFault is not null ? ErrorCodes.InvalidName : ErrorCodes.InvalidSchema, faults);
    }

    private static void ReadColumns(JsonElement columns, List<ColumnDefinition> read, List<FieldError> faults)
    {
        var count = columns.GetArrayLength();
        if (count is 0 or > TableDefinition.MaxColumns)
        {
            faults.Add(new("columns", FieldCodes.OutOfRange, $"needs 1 to {TableDefinition.MaxColumns} columns, got {count}"));
            return;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        foreach (var column in columns.EnumerateArray())
        {
            var place = $"columns[{at++}]";
            if (column.ValueKind != JsonValueKind.Object)
            {
                faults.Add(new(place, FieldCodes.WrongType, "expects an object with 'name' and 'type'"));
                continue;
            }

            var before = faults.Count;
            var draft = ReadColumn(column, place, faults);
            if (Names.IsValid(draft.Name) && !names.Add(draft.Name))
                faults.Add(new($"{place}.name", FieldCodes.Duplicate, $"'{draft.Name}' is declared twice"));
            if (faults.Count > before)
                continue;
            if (IsId(draft, place, faults) || faults.Count > before)
                continue;

            // No fault so far means that both are there.
            read.Add(new ColumnDefinition(draft.Name!, draft.Type!.Value, draft.Nullable ?? true, draft.Unique ?? false));
        }
    }

    private static ColumnDraft ReadColumn(JsonElement column, string place, List<FieldError> faults)
    {
        var draft = new ColumnDraft();
        JsonElement? name = null;
        JsonElement? type = null;
        foreach (var attribute in column.EnumerateObject())
        {
            switch (JsonText.NameOf(attribute))
            {
                case "name":
                    name = attribute.Value;
                    break;
                case "type":
                    type = attribute.Value;
                    break;
                case "nullable":
                    draft.Nullable = ReadBoolean(attribute, place, faults);
                    break;
                case "unique":
                    draft.Unique = ReadBoolean(attribute, place, faults);
                    break;
                case "primary_key":
                    draft.PrimaryKey = ReadBoolean(attribute, place, faults);
                    break;
                case var unknown:
                    faults.Add(new(
                        $"{place}.{Excerpt.Of(unknown)}",
                        FieldCodes.UnknownAttribute,
                        "is no attribute of a column; allowed are name, type, nullable, unique, primary_key"));
                    break;
            }
        }

        if (NameFault(name, $"{place}.name", out draft.Name) is { } nameFault)
            faults.Add(nameFault);
        if (TypeFault(type, $"{place}.type", out draft.Type) is { } typeFault)
            faults.Add(typeFault);
        return draft;
    }

    private static FieldError? NameFault(JsonElement? given, string field, out string? name)
    {
        name = given is { ValueKind: JsonValueKind.String } text ? JsonText.Of(text) : null;
        return given is not null && name is null ? new(field, FieldCodes.WrongType, "expects a string") : Names.Fault(name, field);
    }

    private static FieldError? TypeFault(JsonElement? given, string field, out ColumnType? type)
    {
        type = null;
        if (given is not { } element)
            return new(field, FieldCodes.Required, "is required");
        if (element.ValueKind != JsonValueKind.String)
            return new(field, FieldCodes.WrongType, "expects a string");
        var text = JsonText.Of(element);
        if (!ColumnTypes.TryParse(text, out var parsed))
            return new(field, FieldCodes.Invalid, $"'{Excerpt.Of(text)}' is no column type; allowed are {ColumnTypes.Allowed}");
        type = parsed;
        return null;
    }

    /// <summary>A definition that names <c>id</c> as integer primary key states a fact; anything else about it, or another primary key, is a fault.</summary>
    private static bool IsId(ColumnDraft draft, string place, List<FieldError> faults)
    {
        var isId = string.Equals(draft.Name, TableDefinition.Id, StringComparison.OrdinalIgnoreCase);
        if (isId && (draft.Type != ColumnType.Integer || draft.PrimaryKey != true))
            faults.Add(new($"{place}.name", FieldCodes.Reserved, "'id' is the INTEGER primary key of every table and can't be anything else"));
        else if (!isId && draft.PrimaryKey == true)
            faults.Add(new($"{place}.primary_key", FieldCodes.Invalid, "is allowed on 'id' only, which every table has; use 'unique' and 'nullable: false' instead"));
        return isId;
    }

    private static bool? ReadBoolean(JsonProperty attribute, string place, List<FieldError> faults)
    {
        if (attribute.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return attribute.Value.GetBoolean();
        faults.Add(new($"{place}.{attribute.Name}", FieldCodes.WrongType, "expects true or false"));
        return null;
    }

    private struct ColumnDraft
    {
        public string? Name;
        public ColumnType? Type;
        public bool? Nullable;
        public bool? Unique;
        public bool? PrimaryKey;
    }
}
