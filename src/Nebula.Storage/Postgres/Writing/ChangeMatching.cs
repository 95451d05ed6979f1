using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Answers;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Changes or removes every record that matches a condition, unless there are more than allowed: all or none.</summary>
internal sealed class ChangeMatching(OpenTable table, Condition condition, RecordDraft? change, long maxAffected) : TransactionWrite<long>(table.Caller, table.Database.Id)
{
    private long _affected;

    public override async ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct)
    {
        (var error, _affected) = await MatchingRows.ChangeAsync(context, table.Table, condition, change, maxAffected, ct);
        return error;
    }

    public override void Save(Utf8Buffer answer) => AnswerWriter.Number(answer, _affected);

    public override void Restore(ReadOnlySpan<byte> answer) => _affected = new AnswerReader(answer).Number();

    public override long Value() => _affected;
}
