using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>
/// The records of a table. A write is on disk when its task completes. Rights and preconditions are checked again inside the
/// write. Thread-safe.
/// </summary>
/// <remarks>
/// Every member gives <see cref="Error.StaleTable"/> itself when the table changed since it was opened, and fails with busy, unavailable, query_timeout
/// or storage_full when the database can't serve now. A cancelled write has either happened or not; an uncancelled one is known. A write that is sent again
/// (<see cref="IdempotentRequest"/>) gives the outcome of the first one, or fails with idempotency_mismatch.
/// </remarks>
public interface IRecordStore
{
    /// <summary>Fails with record_not_found.</summary>
    /// <param name="fields">The columns to give; null gives all.</param>
    ValueTask<Result<Record>> GetAsync(OpenTable table, RecordId id, IReadOnlyList<Column>? fields, CancellationToken ct);

    /// <summary>Fails with overflow when a function goes beyond 64 bits, and with too_large for a page that does not fit into memory.</summary>
    ValueTask<Result<RecordPage>> ListAsync(OpenTable table, RecordQuery query, CancellationToken ct);

    /// <summary>Fails with unique_violation, foreign_key_violation, check_failed.</summary>
    ValueTask<Result<Record>> InsertAsync(OpenTable table, RecordDraft draft, IdempotentRequest? once, CancellationToken ct);

    /// <summary>Changes the columns that the draft names. Fails with record_not_found, precondition_failed, and as an insert does.</summary>
    ValueTask<Result<Record>> UpdateAsync(OpenTable table, RecordId id, RecordDraft draft, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct);

    /// <summary>Fails with record_not_found, precondition_failed, foreign_key_violation.</summary>
    ValueTask<Result<Done>> DeleteAsync(OpenTable table, RecordId id, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct);
}
