using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;
using Nebula.Storage.Answers;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// Adds or upserts many records: all or none. A statement for each, which the server prepares once, and very many of them in one round trip: so the server says itself which of them failed.
/// </summary>
internal sealed class WriteMany(OpenTable table, DraftList drafts, ConflictRule? rule) : OwningWrite<BulkOutcome>(table.Caller, table.Database.Id)
{
    private const int RoundTrip = 1000;

    public override async ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        var ids = new Utf8Buffer(16 * drafts.Drafts.Count);
        try
        {
            var (error, created) = await WriteAsync(context, entry, ids, ct);
            if (error is null)
                Written = new BulkOutcome(drafts.Drafts.Count, created, ids);
            else
                ids.Dispose();
            return error;
        }
        catch
        {
            ids.Dispose();
            throw;
        }
    }

    public override void Save(Utf8Buffer answer) => BulkAnswer.Save(answer, Value());

    public override void Restore(ReadOnlySpan<byte> answer) => Written = BulkAnswer.Restore(answer);

    private async ValueTask<(Error? Error, int Created)> WriteAsync(WriteContext context, CatalogTable entry, Utf8Buffer ids, CancellationToken ct)
    {
        var created = 0;
        for (var first = 0; first < drafts.Drafts.Count; first += RoundTrip)
        {
            await using var batch = new NpgsqlBatch(context.Connection);
            for (var i = first; i < Math.Min(first + RoundTrip, drafts.Drafts.Count); i++)
            {
                batch.BatchCommands.Add(rule is null
                    ? RecordCommands.Insert(entry, context.Catalog.SchemaVersion, drafts.Drafts[i])
                    : RecordCommands.Upsert(entry, context.Catalog.SchemaVersion, drafts.Drafts[i], rule));
            }

            try
            {
                var (error, count) = await RunAsync(context, entry, batch, first, ids, ct);
                if (error is not null)
                    return (error, 0);
                created += count;
            }
            catch (PostgresException e) when (e.BatchCommand is NpgsqlBatchCommand failed && batch.BatchCommands.IndexOf(failed) is >= 0 and var at)
            {
                var index = first + at;
                if (BrokenConstraint.Is(e))
                    throw new BrokenConstraintException(new BrokenConstraint(e, entry, GivenRow.Of(drafts.Drafts[index]), Key: null, rule?.Columns ?? []), e).At(error => RecordArray.At(error, index));
                if (PostgresErrors.OfValues(e) is not { } error)
                    throw;
                return (RecordArray.At(error, index), 0);
            }
        }

        ids.Write((byte)']');
        return (null, created);
    }

    private async ValueTask<(Error? Error, int Created)> RunAsync(WriteContext context, CatalogTable entry, NpgsqlBatch batch, int first, Utf8Buffer ids, CancellationToken ct)
    {
        var created = 0;
        var ignored = -1;
        await using (var rows = await batch.ExecuteReaderAsync(ct))
        {
            using var buffer = new RowBuffer(rows);
            for (var i = 0; i < batch.BatchCommands.Count; i++)
            {
                if (i > 0)
                    await rows.NextResultAsync(ct);
                if (!await rows.ReadAsync(ct))
                {
                    ignored = ignored < 0 ? first + i : ignored;
                    continue;
                }

                if (i == 0 || rule is not null)
                    buffer.Begin();
                ids.Write((byte)(first + i == 0 ? '[' : ','));
                JsonValues.WriteId(ids, RowId.Of<PostgresRow, StoredValue>(entry.Table, new PostgresRow(buffer)));
                created += rule is null || rows.GetBoolean(entry.Table.Columns.Count) ? 1 : 0;
            }
        }

        if (ignored < 0)
            return (null, created);
        return (await context.IsCurrentAsync(entry, ct) ? RecordArray.At(RecordErrors.Ignored, ignored) : Error.StaleTable, 0);
    }
}
