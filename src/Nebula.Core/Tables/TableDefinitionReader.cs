using System.Text.Json;

namespace Nebula.Core.Tables;

/// <summary>Reads a table's definition from JSON: <c>{table_name, columns or schema: [{name, type, nullable?, unique?, primary_key?}]}</c>.</summary>
public static class TableDefinitionReader
{
    /// <summary>Fails with invalid_schema or invalid_name, naming every fault.</summary>
    public static Result<TableDefinition> Read(JsonElement body)
    {
        var faults = new List<FieldError>();
        JsonElement? columns = null;
        string? name = null;
        foreach (var property in body.EnumerateObject())
        {
            switch (property.Name)
            {
                case "table_name":
                    name = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
                    if (property.Value.ValueKind is not JsonValueKind.String)
                        faults.Add(new("table_name", FieldCodes.WrongType, "expects a string"));
                    break;
                case "columns" or "schema" when columns is not null:
                    faults.Add(new(property.Name, FieldCodes.Duplicate, "is given twice: 'columns' and 'schema' mean the same"));
                    break;
                case "columns" or "schema" when property.Value.ValueKind != JsonValueKind.Array:
                    faults.Add(new(property.Name, FieldCodes.WrongType, "expects an array of columns"));
                    columns = property.Value;
                    break;
                case "columns" or "schema":
                    columns = property.Value;
                    break;
                default:
                    faults.Add(new(property.Name, FieldCodes.UnknownAttribute, "is no attribute of a table"));
                    break;
            }
        }

        if (faults.Count == 0 && !TableName.Parse(name).TryGet(out _, out var nameError))
            return nameError;
        var read = new List<ColumnDefinition>();
        if (columns is null)
            faults.Add(new("columns", FieldCodes.Required, "is required"));
        else if (columns.Value.ValueKind == JsonValueKind.Array)
            ReadColumns(columns.Value, read, faults);
        if (faults.Count > 0)
            return Error.Of(ErrorCodes.InvalidSchema, faults);
        return TableName.Parse(name).TryGet(out var tableName, out var error) ? new TableDefinition(tableName, read) : error;
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
            if (draft.Name is not null && Names.IsValid(draft.Name) && !names.Add(draft.Name))
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
        foreach (var attribute in column.EnumerateObject())
        {
            var field = $"{place}.{attribute.Name}";
            switch (attribute.Name)
            {
                case "name" when attribute.Value.ValueKind == JsonValueKind.String:
                    draft.Name = attribute.Value.GetString();
                    break;
                case "type" when attribute.Value.ValueKind == JsonValueKind.String:
                    if (ColumnTypes.TryParse(attribute.Value.GetString(), out var type))
                        draft.Type = type;
                    else
                        faults.Add(new(field, FieldCodes.Invalid, $"'{attribute.Value.GetString()}' is no column type; allowed are {ColumnTypes.Allowed}"));
                    draft.HasType = true;
                    break;
                case "name" or "type":
                    faults.Add(new(field, FieldCodes.WrongType, "expects a string"));
                    draft.HasType |= attribute.Name == "type";
                    draft.Name ??= attribute.Name == "name" ? "" : null;
                    break;
                case "nullable":
                    draft.Nullable = ReadBoolean(attribute.Value, field, faults);
                    break;
                case "unique":
                    draft.Unique = ReadBoolean(attribute.Value, field, faults);
                    break;
                case "primary_key":
                    draft.PrimaryKey = ReadBoolean(attribute.Value, field, faults);
                    break;
                default:
                    faults.Add(new(field, FieldCodes.UnknownAttribute, "is no attribute of a column; allowed are name, type, nullable, unique, primary_key"));
                    break;
            }
        }

        if (draft.Name != "" && Names.Fault(draft.Name, $"{place}.name") is { } fault)
            faults.Add(fault);
        if (!draft.HasType)
            faults.Add(new($"{place}.type", FieldCodes.Required, "is required"));
        return draft;
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

    private static bool? ReadBoolean(JsonElement value, string field, List<FieldError> faults)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        faults.Add(new(field, FieldCodes.WrongType, "expects true or false"));
        return null;
    }

    private record struct ColumnDraft(string? Name, ColumnType? Type, bool? Nullable, bool? Unique, bool? PrimaryKey, bool HasType);
}
