using Nebula.Core.Tables.Definitions;

namespace Nebula.Core.Tables;

/// <summary>Holds the references of a definition against the tables that there are.</summary>
public static class ReferenceTargets
{
    /// <summary>As the other one, for a new table.</summary>
    public static Result<TableDefinition> Resolve(TableDefinition table, DatabaseSchema schema) => Resolve(table, schema, table.PlaceOf);

    /// <summary>
    /// The definition with each reference as the target has it written, its column named. Fails with invalid_schema, naming every reference that leads nowhere: to no
    /// table, to a column that is not unique, or to one of another type.
    /// </summary>
    /// <param name="placeOf">Where the client wrote a column; null for one that is left as it is.</param>
    public static Result<TableDefinition> Resolve(TableDefinition table, DatabaseSchema schema, Func<int, string?> placeOf)
    {
        var fields = new DefinitionFields([]);
        var columns = table.Columns.Select((column, i) => column.Reference is null || placeOf(i) is not { } place
            ? column
            : column with { Reference = Resolve(table, column, schema, $"{place}.references", fields) }).ToList();
        return fields.Faults.Count > 0 ? Error.Of(ErrorCodes.InvalidSchema, fields.Faults) : table with { Columns = columns };
    }

    private static ColumnReference? Resolve(TableDefinition table, ColumnDefinition column, DatabaseSchema schema, string place, DefinitionFields fields)
    {
        var reference = column.Reference!; // asked for those that have one
        if (Target(table, reference, schema) is not { } target)
        {
            fields.Add($"{place}.table", FieldCodes.Invalid, $"'{reference.Table}' is no table of this database");
            return null;
        }

        var (name, found, isUnique) = target;
        if (found is null)
        {
            fields.Add($"{place}.column", reference.Column is null ? FieldCodes.Required : FieldCodes.UnknownColumn, reference.Column is null
                ? $"has to be named: '{name}' has no primary key of one column"
                : $"'{reference.Column}' is no column of '{name}'");
            return null;
        }

        if (!isUnique)
            fields.Add($"{place}.column", FieldCodes.Invalid, $"'{found.Name}' of '{name}' is not unique, so that it could mean several records");
        if ((found.Type, found.Scale) != (column.Type, column.Scale) || column.Type is ColumnType.Json or ColumnType.Real or ColumnType.Blob)
        {
            fields.Add(
                $"{place}.column", FieldCodes.WrongType,
                $"'{found.Name}' of '{name}' is {new DeclaredType(found.Type, found.Precision, found.Scale).Name}, and '{column.Name}' is {column.DeclaredType.Name}; both have to be of one type, and not REAL, BLOB or JSON");
        }

        return reference with { Table = name, Column = found.Name };
    }

    private static (string Name, Column? Column, bool IsUnique)? Target(TableDefinition table, ColumnReference reference, DatabaseSchema schema)
    {
        if (reference.Table.Equals(table.Name.Value, StringComparison.OrdinalIgnoreCase))
            return (table.Name.Value, Own(table, reference.Column ?? TableDefinition.Id, out var isUnique), isUnique);
        if (schema.Find(reference.Table) is not { } target)
            return null;
        var column = reference.Column is not null ? target.Find(reference.Column) : target.KeyColumns is [var only] ? only : null;
        return (target.Name, column, column is not null && (column.IsUnique || target.KeyColumns is [var key] && key == column));
    }

    private static Column? Own(TableDefinition table, string name, out bool isUnique)
    {
        var isId = name.Equals(TableDefinition.Id, StringComparison.OrdinalIgnoreCase);
        var column = isId
            ? new ColumnDefinition(TableDefinition.Id, table.IdType == IdType.Uuid ? ColumnType.Uuid : ColumnType.Integer, false, true)
            : table.Find(name);
        isUnique = column?.IsUnique == true
            || table.Indexes.Any(i => i is { IsUnique: true, Where: null, Columns: [var only] } && only.Equals(name, StringComparison.OrdinalIgnoreCase));
        return column?.ToColumn(0);
    }
}
