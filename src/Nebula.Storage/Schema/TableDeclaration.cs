using Nebula.Core;
using Nebula.Core.Tables;

namespace Nebula.Storage.Schema;

/// <summary>What is declared, compared with what is there.</summary>
internal static class TableDeclaration
{
    /// <summary>The table if it is there as defined, table_exists if it is there otherwise, null if it is not there.</summary>
    public static Result<Table>? FindSame(DatabaseCatalog catalog, TableDefinition definition)
    {
        if (catalog.Find(definition.Name.Value) is not { } existing)
            return null;
        var wanted = ReferenceTargets.Resolve(definition, catalog.Schema).TryGet(out var resolved, out _) ? resolved : definition;
        return wanted.Describes(existing.Table)
            ? existing.Table
            : new Error(ErrorCodes.TableExists, $"There is a table '{existing.Table.Name}' with another definition already.");
    }
}
