using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;

namespace Nebula.Storage.Answers;

/// <summary>The answer of an upsert, to be kept.</summary>
internal static class UpsertAnswer
{
    public static void Save(Utf8Buffer answer, UpsertOutcome outcome)
    {
        AnswerWriter.Number(answer, outcome.IsCreated ? 1 : 0);
        AnswerWriter.Record(answer, outcome.Record);
    }

    public static UpsertOutcome Restore(ReadOnlySpan<byte> answer, Table table)
    {
        var reader = new AnswerReader(answer);
        var isCreated = reader.Number() != 0;
        return new UpsertOutcome(reader.Record(table), isCreated);
    }
}
