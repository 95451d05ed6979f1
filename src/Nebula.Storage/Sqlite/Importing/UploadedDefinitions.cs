using System.Text.Json;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>What an uploaded database says of itself that Nebula declared. Only read here: whether it fits is found out when its tables are made by it.</summary>
internal sealed class UploadedDefinitions
{
    private readonly Dictionary<string, TableDefinition> _byTable = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Under the table's name as it is, whatever the definition calls it.</summary>
    public TableDefinition? Find(string table) => _byTable.TryGetValue(table, out var found) ? found with { Name = TableName.OfExisting(table) } : null;

    public static UploadedDefinitions Read(Connection connection, UploadedSchema schema)
    {
        var found = new UploadedDefinitions();
        if (!schema.HasDefinitions || !UploadedColumn.Read(connection, "upload", "_nebula_tables").Select(c => c.Name).Order(StringComparer.Ordinal).Intersect(["definition", "name"]).SequenceEqual(["definition", "name"]))
            return found;
        var select = connection.Prepare("SELECT name, definition FROM upload._nebula_tables WHERE typeof(name) = 'text' AND typeof(definition) = 'text' AND length(definition) < 1000000");
        try
        {
            while (select.Step())
            {
                if (Parse(select.Text(1)) is { } definition)
                    found._byTable[select.Text(0)] = definition;
            }
        }
        finally
        {
            select.Reset();
        }

        return found;
    }

    private static TableDefinition? Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && TableDefinitionReader.ReadStored(json.RootElement).TryGet(out var definition, out _) ? definition : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
