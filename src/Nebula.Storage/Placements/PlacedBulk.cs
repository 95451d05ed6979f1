using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Storage.Placements;

/// <summary>Writes of many records, wherever their database is.</summary>
internal sealed class PlacedBulk(PlacementSet placements) : IBulkStore
{
    public ValueTask<Result<BulkOutcome>> WriteAsync(OpenTable table, DraftList drafts, ConflictRule? rule, IdempotentRequest? once, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Bulk.WriteAsync(table, drafts, rule, once, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<UpsertOutcome>> UpsertAsync(OpenTable table, RecordDraft draft, ConflictRule rule, IdempotentRequest? once, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Bulk.UpsertAsync(table, draft, rule, once, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<long>> ChangeMatchingAsync(OpenTable table, Condition condition, RecordDraft? change, long maxAffected, IdempotentRequest? once, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Bulk.ChangeMatchingAsync(table, condition, change, maxAffected, once, ct) : new(PlacementSet.Elsewhere);
}
