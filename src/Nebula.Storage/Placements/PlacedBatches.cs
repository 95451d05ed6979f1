using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Records.Batches;

namespace Nebula.Storage.Placements;

/// <summary>Batches, wherever their database is.</summary>
internal sealed class PlacedBatches(PlacementSet placements) : IBatchStore
{
    public ValueTask<Result<BatchOutcome>> RunAsync(Caller caller, Database database, IReadOnlyList<BatchStep> steps, IdempotentRequest? once, CancellationToken ct) =>
        placements.Find(database) is { } placement ? placement.Batches.RunAsync(caller, database, steps, once, ct) : new(PlacementSet.Elsewhere);
}
