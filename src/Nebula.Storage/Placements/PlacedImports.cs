using Nebula.Core;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;

namespace Nebula.Storage.Placements;

/// <summary>Imports, wherever their database is. Rows are kept aside where the metadata's own placement keeps them, in a form that every engine reads.</summary>
internal sealed class PlacedImports(PlacementSet placements, IPlacement home) : IImportStore
{
    public IRowSpool CreateSpool() => home.Imports.CreateSpool();

    public ValueTask<Result<long>> InsertAllAsync(OpenTable table, IRowSpool spool, RowBlock last, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Imports.InsertAllAsync(table, spool, last, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<BatchReport>> InsertEachAsync(OpenTable table, RowBlock block, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Imports.InsertEachAsync(table, block, ct) : new(PlacementSet.Elsewhere);
}
