using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Records.Aggregates;
using Nebula.Core.Records.Batches;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Records.Exports;
using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Imports;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>The stores of a server, for databases that can be moved while they are used.</summary>
internal sealed class FencedStores(
    Fence fence, ITableStore tables, IRecordStore records, IAggregateStore aggregates, IBulkStore bulk, IBatchStore batches, IExportStore exports, IImportStore imports)
    : ITableStore, IRecordStore, IAggregateStore, IBulkStore, IBatchStore, IExportStore, IImportStore
{
    public ValueTask<Result<DatabaseSchema>> GetSchemaAsync(Database database, bool fresh, CancellationToken ct) =>
        fence.ReadAsync(database.Id, tables.GetSchemaAsync(database, fresh, ct), ct);

    public ValueTask<Result<Table>> CreateAsync(Caller caller, Database database, TableDefinition definition, long? most, CancellationToken ct) =>
        fence.WriteAsync(database.Id, tables.CreateAsync(caller, database, definition, most, ct), ct);

    public ValueTask<Result<Table>> AlterAsync(OpenTable table, TableAlteration alteration, CancellationToken ct) => fence.WriteAsync(table.Database.Id, tables.AlterAsync(table, alteration, ct), ct);

    public ValueTask<Result<Done>> DropAsync(OpenTable table, CancellationToken ct) => fence.WriteAsync(table.Database.Id, tables.DropAsync(table, ct), ct);

    public ValueTask<Result<Record>> GetAsync(OpenTable table, RecordId id, IReadOnlyList<Column>? fields, CancellationToken ct) =>
        fence.ReadAsync(table.Database.Id, records.GetAsync(table, id, fields, ct), ct);

    public ValueTask<Result<RecordPage>> ListAsync(OpenTable table, RecordQuery query, CancellationToken ct) => fence.ReadAsync(table.Database.Id, records.ListAsync(table, query, ct), ct);

    public ValueTask<Result<Record>> InsertAsync(OpenTable table, RecordDraft draft, IdempotentRequest? once, CancellationToken ct) =>
        fence.WriteAsync(table.Database.Id, records.InsertAsync(table, draft, once, ct), ct);

    public ValueTask<Result<Record>> UpdateAsync(OpenTable table, RecordId id, RecordDraft draft, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        fence.WriteAsync(table.Database.Id, records.UpdateAsync(table, id, draft, ifMatch, once, ct), ct);

    public ValueTask<Result<Done>> DeleteAsync(OpenTable table, RecordId id, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct) =>
        fence.WriteAsync(table.Database.Id, records.DeleteAsync(table, id, ifMatch, once, ct), ct);

    public ValueTask<Result<GroupRows>> AggregateAsync(OpenTable table, AggregateQuery query, CancellationToken ct) => fence.ReadAsync(table.Database.Id, aggregates.AggregateAsync(table, query, ct), ct);

    public ValueTask<Result<BulkOutcome>> WriteAsync(OpenTable table, DraftList drafts, ConflictRule? rule, IdempotentRequest? once, CancellationToken ct) =>
        fence.WriteAsync(table.Database.Id, bulk.WriteAsync(table, drafts, rule, once, ct), ct);

    public ValueTask<Result<UpsertOutcome>> UpsertAsync(OpenTable table, RecordDraft draft, ConflictRule rule, IdempotentRequest? once, CancellationToken ct) =>
        fence.WriteAsync(table.Database.Id, bulk.UpsertAsync(table, draft, rule, once, ct), ct);

    public ValueTask<Result<long>> ChangeMatchingAsync(OpenTable table, Condition condition, RecordDraft? change, long maxAffected, IdempotentRequest? once, CancellationToken ct) =>
        fence.WriteAsync(table.Database.Id, bulk.ChangeMatchingAsync(table, condition, change, maxAffected, once, ct), ct);

    public ValueTask<Result<BatchOutcome>> RunAsync(Caller caller, Database database, IReadOnlyList<BatchStep> steps, IdempotentRequest? once, CancellationToken ct) =>
        fence.WriteAsync(database.Id, batches.RunAsync(caller, database, steps, once, ct), ct);

    public ValueTask<Result<ExportPosition?>> ReadAsync(OpenTable table, ExportQuery query, ExportPosition? after, Utf8Buffer rows, CancellationToken ct) =>
        fence.ReadAsync(table.Database.Id, exports.ReadAsync(table, query, after, rows, ct), ct);

    public IRowSpool CreateSpool() => imports.CreateSpool();

    public ValueTask<Result<long>> InsertAllAsync(OpenTable table, IRowSpool spool, RowBlock last, CancellationToken ct) => fence.WriteAsync(table.Database.Id, imports.InsertAllAsync(table, spool, last, ct), ct);

    public ValueTask<Result<BatchReport>> InsertEachAsync(OpenTable table, RowBlock block, CancellationToken ct) => fence.WriteAsync(table.Database.Id, imports.InsertEachAsync(table, block, ct), ct);
}
