using System.Text.Json;
using Nebula.Core.Tables.Definitions;

namespace Nebula.Core.Tables;

/// <summary>
/// Reads changes of a table from JSON: <c>{rename_to?, add_columns?, rename_columns?, alter_columns?, drop_columns?, add_indexes?, drop_indexes?}</c>. Columns are named as they
/// are called before the change, but in new indexes, which see the table as it becomes.
/// </summary>
public static class TableAlterationReader
{
    private const string Allowed = "rename_to, add_columns, rename_columns, alter_columns, drop_columns, add_indexes, drop_indexes";

    /// <summary>Fails with invalid_schema, naming every fault; with table_referenced when another table needs what goes; with conflict for what can't be done to a table of another program.</summary>
    /// <param name="schema">The tables that may be referred to.</param>
    public static Result<TableAlteration> Read(Table table, DatabaseSchema schema, JsonElement body)
    {
        if (table.Definition is not { } definition)
            return new Error(ErrorCodes.Conflict, $"Nothing is known of the declaration of '{table.Name}'.");
        var draft = new AlterationDraft(table, definition, new DefinitionFields([]));
        var given = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in body.EnumerateObject())
        {
            var name = JsonText.NameOf(property);
            if (Allowed.Split(", ").Contains(name))
                given[name] = property.Value;
            else
                draft.Fields.Add(Excerpt.Of(name), FieldCodes.UnknownAttribute, $"is no change of a table; allowed are {Allowed}");
        }

        if (given.Count == 0 && draft.Fields.Faults.Count == 0)
            return new Error(ErrorCodes.InvalidSchema, $"The body changes nothing; allowed are {Allowed}.");

        // In the order in which they build on each other, not in the order of the body.
        Use(given, "rename_to", draft.RenameTable);
        Use(given, "drop_indexes", draft.DropIndexes);
        Use(given, "drop_columns", draft.DropColumns);
        Use(given, "rename_columns", draft.RenameColumns);
        draft.ApplyNames();
        Use(given, "alter_columns", draft.AlterColumns);
        Use(given, "add_columns", draft.AddColumns);
        Use(given, "add_indexes", draft.AddIndexes);
        return draft.Finish(schema);
    }

    private static void Use(Dictionary<string, JsonElement> given, string name, Action<JsonElement> read)
    {
        if (given.TryGetValue(name, out var value))
            read(value);
    }
}
