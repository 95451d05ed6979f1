using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Records.Batches;
using Nebula.Storage.Sqlite.Pool;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Batches, each one operation of the database's writer.</summary>
internal sealed class SqliteBatchStore(DatabasePool pool) : IBatchStore
{
    public ValueTask<Result<BatchOutcome>> RunAsync(
        Caller caller, Database database, IReadOnlyList<BatchStep> steps, IdempotentRequest? once, CancellationToken ct) =>
        pool.WriteAsync(database.Id, new RunBatch(caller, steps, ct) { Once = once }, ct);
}
