using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;

namespace Nebula.Storage.Answers;

/// <summary>The answer of a write of many records, to be kept.</summary>
internal static class BulkAnswer
{
    public static void Save(Utf8Buffer answer, BulkOutcome outcome)
    {
        AnswerWriter.Number(answer, outcome.Count);
        AnswerWriter.Number(answer, outcome.Created);
        AnswerWriter.Bytes(answer, outcome.Ids.Span);
    }

    public static BulkOutcome Restore(ReadOnlySpan<byte> answer)
    {
        var reader = new AnswerReader(answer);
        var (count, created) = ((int)reader.Number(), (int)reader.Number());
        var ids = new Utf8Buffer();
        ids.Write(reader.Bytes());
        return new BulkOutcome(count, created, ids);
    }
}
