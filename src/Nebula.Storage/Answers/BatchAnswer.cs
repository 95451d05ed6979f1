using Nebula.Core.Records;
using Nebula.Core.Records.Batches;

namespace Nebula.Storage.Answers;

/// <summary>The answer of a batch, to be kept.</summary>
internal static class BatchAnswer
{
    public static void Save(Utf8Buffer answer, BatchOutcome outcome)
    {
        foreach (var result in outcome.Results)
        {
            AnswerWriter.Number(answer, (long)result.Effect);
            if (result.Record is not null)
                AnswerWriter.Record(answer, result.Record);
            else if (result.Id is { } id)
                AnswerWriter.Id(answer, id);
            else
                AnswerWriter.Number(answer, result.Affected ?? 0);
        }
    }

    /// <param name="steps">Those of the request that is sent again, which are the same.</param>
    public static BatchOutcome Restore(ReadOnlySpan<byte> answer, IReadOnlyList<BatchStep> steps)
    {
        var reader = new AnswerReader(answer);
        var outcome = new BatchOutcome();
        foreach (var step in steps)
        {
            var table = step.Table.Table;
            var effect = (BatchEffect)reader.Number();
            outcome.Add(effect switch
            {
                BatchEffect.Created => BatchResult.Created(reader.Record(table)),
                BatchEffect.Found => BatchResult.Found(reader.Record(table)),
                BatchEffect.Removed => BatchResult.Removed(reader.Id(table)),
                _ => BatchResult.Matched(reader.Number()),
            });
        }

        return outcome;
    }
}
