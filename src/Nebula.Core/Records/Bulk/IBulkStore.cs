using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Bulk;

/// <summary>Writes of many records at once: each all or nothing, stopped and undone when it takes too long. As <see cref="IRecordStore"/> otherwise. Thread-safe.</summary>
public interface IBulkStore
{
    /// <summary>Adds the records, or upserts them if there is a rule. A violated constraint names the index of the record.</summary>
    ValueTask<Result<BulkOutcome>> WriteAsync(OpenTable table, DraftList drafts, ConflictRule? rule, IdempotentRequest? once, CancellationToken ct);

    /// <summary>Adds one record, unless one has the same values in the rule's columns. Fails as an insert does.</summary>
    ValueTask<Result<UpsertOutcome>> UpsertAsync(OpenTable table, RecordDraft draft, ConflictRule rule, IdempotentRequest? once, CancellationToken ct);

    /// <summary>Changes or removes every record that matches; gives how many. Fails with max_affected_exceeded when there are more than that.</summary>
    /// <param name="change">The columns to change; null removes the records.</param>
    ValueTask<Result<long>> ChangeMatchingAsync(OpenTable table, Condition condition, RecordDraft? change, long maxAffected, IdempotentRequest? once, CancellationToken ct);
}
