using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Answers;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Changes or removes every record that matches a condition, unless there are more than allowed: all or none.</summary>
internal sealed class ChangeMatching(OpenTable table, Condition condition, RecordDraft? change, long maxAffected, CancellationToken ct) : WriteOperation<long>(table.Caller, ct)
{
    private long _affected;

    /// <summary>It may read the whole table, and nobody's single write is to be done again when it is stopped.</summary>
    public override bool RunsAlone => true;

    public override bool IsMultiStatement => true;

    public override bool IsBounded => true;

    public override int Bytes => change?.Bytes.Length ?? 0;

    public override Error? Execute(WriteContext context) => MatchingRows.Change(context, table.Table, condition, change, maxAffected, out _affected);

    public override void Save(Utf8Buffer answer) => AnswerWriter.Number(answer, _affected);

    public override void Restore(ReadOnlySpan<byte> answer) => _affected = new AnswerReader(answer).Number();

    protected override long Value() => _affected;
}
