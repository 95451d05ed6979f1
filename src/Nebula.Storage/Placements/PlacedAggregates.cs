using Nebula.Core;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Tables;

namespace Nebula.Storage.Placements;

/// <summary>Aggregates, wherever their database is.</summary>
internal sealed class PlacedAggregates(PlacementSet placements) : IAggregateStore
{
    public ValueTask<Result<GroupRows>> AggregateAsync(OpenTable table, AggregateQuery query, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Aggregates.AggregateAsync(table, query, ct) : new(PlacementSet.Elsewhere);
}
