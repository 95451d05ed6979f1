using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>What a write sees of its database while its transaction is open.</summary>
/// <param name="Catalog">The tables as the writer knows them. Every statement that changes a row is conditional on their version.</param>
internal readonly record struct WriteContext(NpgsqlConnection Connection, DatabaseCatalog Catalog)
{
    /// <summary>The entry of a table that a request opened, unless the schema has changed since.</summary>
    public bool TryOpen(Table table, out CatalogTable entry, out Error stale)
    {
        entry = Catalog.Find(table)!; // not read unless this gives true
        stale = Error.StaleTable;
        return entry is not null;
    }

    /// <summary>Whether the server has the same version still: asked when a statement changed nothing.</summary>
    public async ValueTask<bool> IsCurrentAsync(CatalogTable entry, CancellationToken ct) =>
        await SchemaReader.ReadVersionAsync(Connection, (Sql.PostgresDialect)entry.Dialect, ct) == Catalog.SchemaVersion && Catalog.SchemaVersion > 0;
}
