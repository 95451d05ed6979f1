using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;
using Nebula.Storage.Answers;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Adds one record, or changes or keeps the one that has the same unique values.</summary>
internal sealed class UpsertRecord(OpenTable table, RecordDraft draft, ConflictRule rule, CancellationToken ct) : OwningWrite<UpsertOutcome>(table.Caller, ct)
{
    public override int Bytes => draft.Bytes.Length;

    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        if (RowWrite.Upsert(entry, context.Connection, rule, draft, out var record, out var isCreated) is { } error)
            return error;
        Written = new UpsertOutcome(record!, isCreated); // there is a record whenever there is no error
        return null;
    }

    public override void Save(Utf8Buffer answer) => UpsertAnswer.Save(answer, Value());

    public override void Restore(ReadOnlySpan<byte> answer) => Written = UpsertAnswer.Restore(answer, table.Table);
}
