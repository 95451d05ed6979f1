using Nebula.Core.Tables;

namespace Nebula.Core.Records.Aggregates;

/// <summary>Computes over the records of a table. Thread-safe.</summary>
public interface IAggregateStore
{
    /// <summary>
    /// Gives <see cref="Error.StaleTable"/> itself when a table changed since it was opened. Fails with overflow, too_large, busy, unavailable or query_timeout.
    /// </summary>
    ValueTask<Result<GroupRows>> AggregateAsync(OpenTable table, AggregateQuery query, CancellationToken ct);
}
