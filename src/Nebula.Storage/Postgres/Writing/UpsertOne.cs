using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;
using Nebula.Storage.Answers;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Adds one record, or changes or keeps the one that has the same unique values.</summary>
internal sealed class UpsertOne(OpenTable table, RecordDraft draft, ConflictRule rule) : OwningWrite<UpsertOutcome>(table.Caller, table.Database.Id)
{
    public override async ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        var (error, record, isCreated) = await RowWrite.UpsertAsync(context, entry, rule, draft, ct);
        Written = record is null ? null : new UpsertOutcome(record, isCreated);
        return error;
    }

    public override void Save(Utf8Buffer answer) => UpsertAnswer.Save(answer, Value());

    public override void Restore(ReadOnlySpan<byte> answer) => Written = UpsertAnswer.Restore(answer, table.Table);
}
