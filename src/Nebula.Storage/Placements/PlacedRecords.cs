using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Storage.Placements;

/// <summary>Records, wherever their database is.</summary>
internal sealed class PlacedRecords(PlacementSet placements) : IRecordStore
{
    public ValueTask<Result<Record>> GetAsync(OpenTable table, RecordId id, IReadOnlyList<Column>? fields, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Records.GetAsync(table, id, fields, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<RecordPage>> ListAsync(OpenTable table, RecordQuery query, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Records.ListAsync(table, query, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<Record>> InsertAsync(OpenTable table, RecordDraft draft, IdempotentRequest? once, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Records.InsertAsync(table, draft, once, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<Record>> UpdateAsync(OpenTable table, RecordId id, RecordDraft draft, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Records.UpdateAsync(table, id, draft, ifMatch, once, ct) : new(PlacementSet.Elsewhere);

    public ValueTask<Result<Done>> DeleteAsync(OpenTable table, RecordId id, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        placements.Find(table.Database) is { } placement ? placement.Records.DeleteAsync(table, id, ifMatch, once, ct) : new(PlacementSet.Elsewhere);
}
