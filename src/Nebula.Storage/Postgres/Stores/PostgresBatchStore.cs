using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Records.Batches;
using Nebula.Storage.Postgres.Writing;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Batches, each a transaction of its own.</summary>
internal sealed class PostgresBatchStore(Writes writes) : IBatchStore
{
    public ValueTask<Result<BatchOutcome>> RunAsync(
        Caller caller, Database database, IReadOnlyList<BatchStep> steps, IdempotentRequest? once, CancellationToken ct) =>
        writes.RunAsync(new RunBatch(caller, database.Id, steps, ct) { Once = once }, ct);
}
