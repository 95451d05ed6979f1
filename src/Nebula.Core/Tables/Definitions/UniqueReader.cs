using System.Text.Json;

namespace Nebula.Core.Tables.Definitions;

/// <summary>Reads <c>unique: [[…]]</c>: sets of columns that are unique together. A set of one is the same as <c>unique: true</c> at the column.</summary>
internal static class UniqueReader
{
    public static TableDefinition Read(TableDefinition table, JsonElement given, DefinitionFields fields)
    {
        var areColumnsKnown = fields.Faults.Count == 0;
        var sets = new List<IReadOnlyList<string>>();
        foreach (var (item, place) in fields.Items(given, "unique", TableDefinition.MaxIndexes))
        {
            var before = fields.Faults.Count;
            var names = fields.NameList(item, place, TableDefinition.MaxIndexColumns);
            if (fields.Faults.Count == before && names.Count == 0)
                fields.Add(place, FieldCodes.OutOfRange, "needs at least one column");
            if (!areColumnsKnown || fields.Faults.Count > before)
                continue;

            AddUnknown(table, names, place, fields);
            if (names.Count == 1)
                table = table with { Columns = [.. table.Columns.Select(c => c.Name.Equals(names[0], StringComparison.OrdinalIgnoreCase) ? c with { IsUnique = true } : c)] };
            else if (sets.Exists(s => s.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(names)))
                fields.Add(place, FieldCodes.Duplicate, "names the columns of another set");
            else
                sets.Add(names);
        }

        return table with { Unique = sets };
    }

    private static void AddUnknown(TableDefinition table, List<string> names, string place, DefinitionFields fields)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (table.Find(names[i]) is null)
                fields.Add($"{place}[{i}]", FieldCodes.UnknownColumn, $"'{Excerpt.Of(names[i])}' is no column that '{table.Name}' declares");
        }
    }
}
