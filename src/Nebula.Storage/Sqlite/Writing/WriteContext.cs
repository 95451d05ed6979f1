using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>What a write sees of its database while the transaction is open.</summary>
/// <param name="Connection">The writer's connection, inside a transaction.</param>
/// <param name="Catalog">The tables as they are in this transaction.</param>
/// <param name="Changes">What the transaction changed so far.</param>
internal readonly record struct WriteContext(Connection Connection, DatabaseCatalog Catalog, RowChanges Changes)
{
    /// <summary>The entry of a table that a request opened, unless the schema has changed since.</summary>
    public bool TryOpen(Table table, out CatalogTable entry, out Error stale)
    {
        entry = Catalog.Find(table)!; // not read unless this gives true
        stale = Error.StaleTable;
        return entry is not null;
    }
}
