using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Storage.Placements;

/// <summary>Tables, wherever their database is.</summary>
internal sealed class PlacedTables(PlacementSet placements) : ITableStore
{
    public ValueTask<Result<DatabaseSchema>> GetSchemaAsync(Database database, bool fresh, CancellationToken ct) =>
        placements.Find(database) is { } placement ? placement.Tables.GetSchemaAsync(database, fresh, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<Table>> CreateAsync(Caller caller, Database database, TableDefinition definition, long? most, CancellationToken ct) =>
        placements.Find(database) is { } placement ? placement.Tables.CreateAsync(caller, database, definition, most, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<Table>> AlterAsync(OpenTable table, TableAlteration alteration, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Tables.AlterAsync(table, alteration, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<Done>> DropAsync(OpenTable table, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Tables.DropAsync(table, ct) : new(PlacementSet.Elsewhere);
}
