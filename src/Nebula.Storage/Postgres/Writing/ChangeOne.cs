using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Answers;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Adds or changes one record in a transaction of several statements: with a precondition, or for a request that may be sent again.</summary>
/// <param name="id">The record that is changed; null for a new one.</param>
internal sealed class ChangeOne(OpenTable table, RecordId? id, RecordDraft draft, Precondition ifMatch) : OwningWrite<Record>(table.Caller, table.Database.Id)
{
    public override async ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        var (error, record) = id is { } known
            ? await RowWrite.UpdateAsync(context, entry, known, draft, ifMatch, ct)
            : await RowWrite.InsertAsync(context, entry, draft, ct);
        Written = record;
        return error;
    }

    public override void Save(Utf8Buffer answer) => AnswerWriter.Record(answer, Value());

    public override void Restore(ReadOnlySpan<byte> answer) => Written = new AnswerReader(answer).Record(table.Table);
}
