using Nebula.Core.Databases;

namespace Nebula.Core.Records.Batches;

/// <summary>Batches: several operations in one transaction, all or nothing, stopped and undone when it takes too long. Thread-safe.</summary>
public interface IBatchStore
{
    /// <summary>
    /// Runs the operations in their order; each sees what those before it did. Fails as the first operation that fails does, which <see cref="Error.Operation"/> names, or gives
    /// <see cref="Error.StaleTable"/> itself when one of the tables changed since it was opened.
    /// </summary>
    ValueTask<Result<BatchOutcome>> RunAsync(Caller caller, Database database, IReadOnlyList<BatchStep> steps, IdempotentRequest? once, CancellationToken ct);
}
