using System.Text.Json;
using Nebula.Core.Tables.Definitions;

namespace Nebula.Core.Tables;

/// <summary>
/// Reads a table's definition from JSON: <c>{table_name, columns or schema: […], id_type?, indexes?, unique?}</c>. What needs the other tables of the database (the targets of
/// references) is found by <see cref="ReferenceTargets"/>.
/// </summary>
public static class TableDefinitionReader
{
    /// <summary>Fails with invalid_name when nothing but the table's name is at fault, else with invalid_schema; either names every fault.</summary>
    public static Result<TableDefinition> Read(JsonElement body) => Read(body, isStored: false);

    /// <summary>
    /// Reads what <see cref="TableDefinitionJson"/> wrote. Of a table of another program that is a part: there need be no column, and indexes may be on columns that are not
    /// among it.
    /// </summary>
    public static Result<TableDefinition> ReadStored(JsonElement body) => Read(body, isStored: true);

    private static Result<TableDefinition> Read(JsonElement body, bool isStored)
    {
        var fields = new DefinitionFields([]);
        JsonElement? columns = null, name = null, idType = null, indexes = null, unique = null;
        foreach (var property in body.EnumerateObject())
        {
            switch (JsonText.NameOf(property))
            {
                case "table_name":
                    name = property.Value;
                    break;
                case "columns" or "schema" when columns is not null:
                    fields.Add(property.Name, FieldCodes.Duplicate, "is given twice: 'columns' and 'schema' mean the same");
                    break;
                case "columns" or "schema":
                    columns = property.Value;
                    if (property.Value.ValueKind != JsonValueKind.Array)
                        fields.Add(property.Name, FieldCodes.WrongType, "expects an array of columns");
                    break;
                case "id_type":
                    idType = property.Value;
                    break;
                case "indexes":
                    indexes = property.Value;
                    break;
                case "unique":
                    unique = property.Value;
                    break;
                case var unknown:
                    fields.Add(Excerpt.Of(unknown), FieldCodes.UnknownAttribute, "is no attribute of a table; allowed are table_name, columns, id_type, indexes, unique");
                    break;
            }
        }

        var before = fields.Faults.Count;
        var tableName = isStored ? null : fields.Name(name, "table_name");
        var isNameFaulty = fields.Faults.Count > before;
        var definition = new TableDefinition(default, []) { IdType = ReadIdType(idType, fields) };
        if (columns is null)
            fields.Add("columns", FieldCodes.Required, "is required");
        else if (columns.Value.ValueKind == JsonValueKind.Array)
            definition = ReadColumns(definition, columns.Value, least: isStored ? 0 : 1, fields);
        if (TableName.Parse(tableName).TryGet(out var parsed, out _))
            definition = definition with { Name = parsed };
        if (unique is not null)
            definition = UniqueReader.Read(definition, unique.Value, fields);
        if (indexes is not null)
            definition = ReadIndexes(definition, indexes.Value, isWhole: !isStored, fields);

        if (fields.Faults.Count == 0)
            return definition;
        return Error.Of(
            fields.Faults is [{ Code: not FieldCodes.WrongType }] && isNameFaulty ? ErrorCodes.InvalidName : ErrorCodes.InvalidSchema, fields.Faults);
    }

    private static IdType ReadIdType(JsonElement? given, DefinitionFields fields)
    {
        if (given is not { } element || fields.Text(element, "id_type") is not { } text)
            return IdType.Integer;
        if (text is not ("integer" or "uuid"))
            fields.Add("id_type", FieldCodes.Invalid, "must be 'integer' or 'uuid'");
        return text == "uuid" ? IdType.Uuid : IdType.Integer;
    }

    private static TableDefinition ReadColumns(TableDefinition table, JsonElement columns, int least, DefinitionFields fields)
    {
        var count = columns.GetArrayLength();
        if (count < least || count > TableDefinition.MaxColumns)
        {
            fields.Add("columns", FieldCodes.OutOfRange, $"needs 1 to {TableDefinition.MaxColumns} columns, got {count}");
            return table;
        }

        var read = new List<ColumnDefinition>();
        int? idPlace = null;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (column, place) in fields.Objects(columns, "columns", TableDefinition.MaxColumns, "with 'name' and 'type'"))
        {
            var given = ColumnAttributes.Read(column, place, needsType: true, fields);
            if (given.Name is not null && !names.Add(given.Name))
                fields.Add($"{place}.name", FieldCodes.Duplicate, $"'{given.Name}' is declared twice");
            if (ColumnDefinitionReader.IsId(given, table.IdType, place, fields))
                idPlace ??= read.Count;
            else if (ColumnDefinitionReader.Read(given, place, fields) is { } good)
                read.Add(good);
        }

        return table with { Columns = read, IdPlace = idPlace };
    }

    private static TableDefinition ReadIndexes(TableDefinition table, JsonElement given, bool isWhole, DefinitionFields fields)
    {
        var places = new List<string?>();
        var read = new List<IndexDefinition>();
        var areColumnsKnown = isWhole && fields.Faults.Count == 0;
        foreach (var (item, place) in fields.Objects(given, "indexes", TableDefinition.MaxIndexes, "with 'columns'"))
        {
            if (IndexDefinitionReader.Read(item, place, fields) is not { } index)
                continue;
            read.Add(index);
            places.Add(place);
        }

        table = table with { Indexes = read };
        if (areColumnsKnown)
            IndexFaults.Add(table, table.ToShape(), places, fields); // with a fault in a column it would be called unknown besides
        return table;
    }
}
