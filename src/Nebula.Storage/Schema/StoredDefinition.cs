using System.Text.Json;
using Nebula.Core.Tables;

namespace Nebula.Storage.Schema;

/// <summary>Definitions as <c>_nebula_tables</c> keeps them.</summary>
internal static class StoredDefinition
{
    /// <summary>Null for what can't be read any more.</summary>
    public static TableDefinition? Parse(string text)
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
