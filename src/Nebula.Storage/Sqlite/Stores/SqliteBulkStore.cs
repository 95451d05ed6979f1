using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Pool;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Stores;

/// <summary>Writes of many records, each one operation of the database's writer.</summary>
internal sealed class SqliteBulkStore(DatabasePool pool) : IBulkStore
{
    public ValueTask<Result<BulkOutcome>> WriteAsync(OpenTable table, DraftList drafts, ConflictRule? rule, IdempotentRequest? once, CancellationToken ct) =>
        pool.WriteAsync(table.Database.Id, new WriteMany(table, drafts, rule, ct) { Once = once }, ct);

    public ValueTask<Result<UpsertOutcome>> UpsertAsync(OpenTable table, RecordDraft draft, ConflictRule rule, IdempotentRequest? once, CancellationToken ct) =>
        pool.WriteAsync(table.Database.Id, new UpsertRecord(table, draft, rule, ct) { Once = once }, ct);

    public ValueTask<Result<long>> ChangeMatchingAsync(
        OpenTable table, Condition condition, RecordDraft? change, long maxAffected, IdempotentRequest? once, CancellationToken ct) =>
        pool.WriteAsync(table.Database.Id, new ChangeMatching(table, condition, change, maxAffected, ct) { Once = once }, ct);
}
