using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Exports;
using Nebula.Core.Tables;

namespace Nebula.Storage.Placements;

/// <summary>Exports, wherever their database is.</summary>
internal sealed class PlacedExports(PlacementSet placements) : IExportStore
{
    public ValueTask<Result<ExportPosition?>> ReadAsync(OpenTable table, ExportQuery query, ExportPosition? after, Utf8Buffer rows, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Exports.ReadAsync(table, query, after, rows, ct) : new(PlacementSet.Elsewhere);
}
