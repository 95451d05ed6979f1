using Nebula.Core.Records.Filters;

namespace Nebula.Core.Tables.Definitions;

/// <summary>What is wrong with indexes where the columns of their table are known.</summary>
internal static class IndexFaults
{
    /// <summary>Holds the indexes of a whole table against its columns.</summary>
    /// <param name="shape">All columns of the table, those that no definition names included.</param>
    /// <param name="places">Where the client wrote each index; null for one that was there before.</param>
    public static void Add(TableDefinition table, Table shape, IReadOnlyList<string?> places, DefinitionFields fields)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var hasFullText = false;
        foreach (var (index, place) in table.Indexes.Zip(places))
        {
            var isNew = names.Add(index.Name ?? index.DefaultName(table.Name.Value));
            if (place is not null)
            {
                if (!isNew)
                    fields.Add(place, FieldCodes.Duplicate, "is called as another one of this table; give it a 'name' of its own");
                if (index.IsFullText && hasFullText)
                    fields.Add($"{place}.type", FieldCodes.Duplicate, "is 'fulltext' a second time; a table has at most one such index");
                AddColumns(index, shape, place, fields);
                if (index.Where is not null && !IndexFilter.Bind(shape, index.Where, "where").TryGet(out _, out var error))
                    fields.Add($"{place}.where", error.Details[0].Code, error.Details[0].Message);
            }

            hasFullText |= index.IsFullText;
        }
    }

    private static void AddColumns(IndexDefinition index, Table shape, string place, DefinitionFields fields)
    {
        foreach (var (name, i) in index.Columns.Select((c, i) => (c, i)))
        {
            var at = $"{place}.columns[{i}]";
            if (shape.Find(name) is not { } column)
                fields.Add(at, FieldCodes.UnknownColumn, $"'{Excerpt.Of(name)}' is no column of '{shape.Name}'");
            else if (index.IsFullText && column.Type != ColumnType.Text)
                fields.Add(at, FieldCodes.WrongType, $"'{name}' is not TEXT, and only TEXT can be searched");
            else if (index.IsFullText && name.Equals("rank", StringComparison.OrdinalIgnoreCase))
                fields.Add(at, FieldCodes.Reserved, "'rank' means something else to a full-text index");
        }

        // Its rows are found by SQLite's own number for them, which goes by that name.
        if (index.IsFullText && shape.Find("rowid") is not null)
            fields.Add(place, FieldCodes.NotAllowed, "can't be had by a table with a column called 'rowid'");
    }
}
