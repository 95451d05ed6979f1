namespace Nebula.Core.Records.Batches;

/// <summary>The result of one operation of a batch.</summary>
/// <param name="Id">Of the one record that the operation was about.</param>
/// <param name="Record">The record as it then was; null for one that was removed.</param>
/// <param name="Affected">How many records matched.</param>
public sealed record BatchResult(BatchEffect Effect, RecordId? Id, Record? Record, long? Affected)
{
    public static BatchResult Created(Record record) => new(BatchEffect.Created, record.Id, record, null);

    public static BatchResult Found(Record record) => new(BatchEffect.Found, record.Id, record, null);

    public static BatchResult Removed(RecordId id) => new(BatchEffect.Removed, id, null, null);

    public static BatchResult Matched(long affected) => new(BatchEffect.Matched, null, null, affected);
}
