using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Reading;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Writing;
using Nebula.Storage.Schema;

namespace Nebula.Storage.Postgres.Stores;

/// <summary>Records: reads take a connection each, writes of one statement go to the server together.</summary>
internal sealed class PostgresRecordStore(Catalogues catalogues, Reads reads, GatheringWriter writer, Writes writes) : IRecordStore
{
    public ValueTask<Result<Record>> GetAsync(OpenTable table, RecordId id, IReadOnlyList<Column>? fields, CancellationToken ct) => Find(table) is { } entry
        ? reads.RunAsync(table.Database.Id, (entry, id, fields), PointRead.GetAsync, ct)
        : new(Error.StaleTable);

    public ValueTask<Result<RecordPage>> ListAsync(OpenTable table, RecordQuery query, CancellationToken ct) => Find(table) is { } entry
        ? reads.ScanAsync(table.Database.Id, (entry, query), PageRead.ListAsync, ct)
        : new(Error.StaleTable);

    public ValueTask<Result<Record>> InsertAsync(OpenTable table, RecordDraft draft, IdempotentRequest? once, CancellationToken ct) => once is null
        ? writer.RunAsync(new InsertRecord(table, draft, ct))
        : writes.RunAsync(new ChangeOne(table, null, draft, default) { Once = once }, ct);

    public ValueTask<Result<Record>> UpdateAsync(OpenTable table, RecordId id, RecordDraft draft, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        once is null && ifMatch.IsNone
            ? writer.RunAsync(new UpdateRecord(table, id, draft, ct))
            : writes.RunAsync(new ChangeOne(table, id, draft, ifMatch) { Once = once }, ct);

    public ValueTask<Result<Done>> DeleteAsync(OpenTable table, RecordId id, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        once is null && ifMatch.IsNone
            ? writer.RunAsync(new DeleteRecord(table, id, ct))
            : writes.RunAsync(new RemoveOne(table, id, ifMatch) { Once = once }, ct);

    /// <summary>The entry of a table that a request opened, unless the schema has changed since.</summary>
    private CatalogTable? Find(OpenTable table) => catalogues.Find(table.Database.Id)?.Find(table.Table);
}
