using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Writing;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Writes of many records, each a transaction of its own.</summary>
internal sealed class PostgresBulkStore(Writes writes) : IBulkStore
{
    public ValueTask<Result<BulkOutcome>> WriteAsync(OpenTable table, DraftList drafts, ConflictRule? rule, IdempotentRequest? once, CancellationToken ct) =>
        writes.RunAsync(new WriteMany(table, drafts, rule) { Once = once }, ct);

    public ValueTask<Result<UpsertOutcome>> UpsertAsync(OpenTable table, RecordDraft draft, ConflictRule rule, IdempotentRequest? once, CancellationToken ct) =>
        writes.RunAsync(new UpsertOne(table, draft, rule) { Once = once }, ct);

    public ValueTask<Result<long>> ChangeMatchingAsync(
        OpenTable table, Condition condition, RecordDraft? change, long maxAffected, IdempotentRequest? once, CancellationToken ct) =>
        writes.RunAsync(new ChangeMatching(table, condition, change, maxAffected) { Once = once }, ct);
}
