using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Answers;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>A write of one record that gives the record as it then is.</summary>
internal abstract class RecordWrite(OpenTable table, RecordDraft draft, CancellationToken ct) : OwningWrite<Record>(table.Caller, ct)
{
    public override int Bytes => draft.Bytes.Length;

    protected OpenTable Table => table;

    protected RecordDraft Draft => draft;

    public sealed override void Save(Utf8Buffer answer) => AnswerWriter.Record(answer, Value());

    public sealed override void Restore(ReadOnlySpan<byte> answer) => Written = new AnswerReader(answer).Record(table.Table);
}
