using System.Text.Json;
using Nebula.Core.Records;

namespace Nebula.Core.Tables.Definitions;

/// <summary>Reads a column: <c>{name, type, nullable?, default?, unique?, primary_key?, references?, check?}</c>.</summary>
internal static class ColumnDefinitionReader
{
    /// <summary>The column, or null when it has faults or is the <c>id</c> that every table has.</summary>
    public static ColumnDefinition? Read(ColumnAttributes given, string place, DefinitionFields fields)
    {
        var before = fields.Faults.Count;
        if (given.PrimaryKey == true)
            fields.Add($"{place}.primary_key", FieldCodes.Invalid, "is allowed on 'id' only, which every table has; use 'unique' and 'nullable: false' instead");
        if (given.Name is null || given.Type is not { } type)
            return null;

        var plain = new ColumnDefinition(given.Name, type.Type, given.Nullable ?? true, given.Unique ?? false) { Precision = type.Precision, Scale = type.Scale };
        var column = WithRest(plain, given, type, place, fields);
        return fields.Faults.Count == before ? column : null;
    }

    /// <summary>A definition that names <c>id</c> as the primary key that it is states a fact; anything else about it is a fault.</summary>
    public static bool IsId(ColumnAttributes given, IdType idType, string place, DefinitionFields fields)
    {
        if (!string.Equals(given.Name, TableDefinition.Id, StringComparison.OrdinalIgnoreCase))
            return false;
        var type = idType == IdType.Uuid ? ColumnType.Uuid : ColumnType.Integer;
        if (given.Type?.Type != type || given.PrimaryKey != true)
            fields.Add($"{place}.name", FieldCodes.Reserved, $"'id' is the {ColumnTypes.Name(type)} primary key of every table with that 'id_type' and can't be anything else");
        foreach (var (attribute, name) in new[] { (given.Default, "default"), (given.References, "references"), (given.Check, "check") })
        {
            if (attribute is not null)
                fields.Add($"{place}.{name}", FieldCodes.NotAllowed, "does not go with 'id'");
        }

        return true;
    }

    /// <summary>What is read by the column's type: default, check, and a reference.</summary>
    public static ColumnDefinition WithRest(ColumnDefinition column, ColumnAttributes given, DeclaredType? type, string place, DefinitionFields fields)
    {
        if (type?.MaxLength is { } length && given.Check is null)
            column = column with { Check = (column.Check ?? new ColumnCheck()) with { MaxLength = length } };
        if (given.Check is { } check)
            column = column with { Check = check.ValueKind == JsonValueKind.Null ? OfLength(type?.MaxLength) : CheckDefinitionReader.Read(check, column.ToColumn(0), type?.MaxLength, $"{place}.check", fields) };
        if (given.Default is { } @default)
            column = column with { Default = ReadDefault(@default, column, $"{place}.default", fields) };
        if (given.References is { } references)
            column = column with { Reference = references.ValueKind == JsonValueKind.Null ? null : ReferenceDefinitionReader.Read(references, $"{place}.references", fields) };
        if (column is { Reference.OnDelete: ReferenceAction.SetNull, IsNullable: false })
            fields.Add($"{place}.references.on_delete", FieldCodes.NotAllowed, "can't be set_null where the column is not nullable");
        if (column.Default is { Moment: false } value && column.Check is { } rule && CheckReader.Fault(column.ToColumn(0), rule, value.Value) is { } broken)
            fields.Add($"{place}.default", broken.Code, $"{broken.Message}, as the check says");
        return column;
    }

    private static ColumnCheck? OfLength(int? length) => length is null ? null : new ColumnCheck { MaxLength = length };

    private static ColumnDefault? ReadDefault(JsonElement given, ColumnDefinition column, string place, DefinitionFields fields)
    {
        if (given.ValueKind == JsonValueKind.Null)
            return null;
        if (given.ValueKind == JsonValueKind.String && (column.Type, JsonText.Of(given)) is (ColumnType.DateTime, "@now") or (ColumnType.Date, "@today"))
            return new ColumnDefault(TypedValue.Null, Moment: true);
        if (ElementValue.TryRead(column.ToColumn(0), given, out var value, out var fault))
            return new ColumnDefault(value);
        fields.Add(place, fault.Code, fault.Message);
        return null;
    }
}
