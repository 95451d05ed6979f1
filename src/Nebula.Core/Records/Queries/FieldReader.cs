using Nebula.Core.Tables;

namespace Nebula.Core.Records.Queries;

/// <summary>Reads comma lists of columns; one named twice is given once.</summary>
internal static class FieldReader
{
    /// <summary>Columns of the table and of those that to-one relations lead to.</summary>
    public static IReadOnlyList<SelectedField> Read(Table table, SchemaView schema, string value, string parameter, List<FieldError> faults)
    {
        var fields = new List<SelectedField>();
        foreach (var name in NameList.Split(value, ','))
        {
            if (ColumnPath.Find(table, schema, name, out var fault) is not { } field)
                faults.Add(new(parameter, FieldCodes.UnknownColumn, fault));
            else if (!fields.Exists(f => f.Name == field.Name))
                fields.Add(field);
        }

        return fields;
    }

    /// <summary>Columns of the table alone.</summary>
    public static IReadOnlyList<Column> ReadOwn(Table table, string value, List<FieldError> faults)
    {
        var columns = new List<Column>();
        foreach (var name in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (table.Find(name) is not { } column)
                faults.Add(new("fields", FieldCodes.UnknownColumn, $"names '{Excerpt.Of(name)}', which is no column of '{table.Name}'"));
            else if (!columns.Contains(column))
                columns.Add(column);
        }

        return columns;
    }
}
