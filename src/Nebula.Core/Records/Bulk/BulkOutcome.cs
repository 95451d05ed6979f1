namespace Nebula.Core.Records.Bulk;

/// <summary>What became of an array of records. Whoever gets one disposes it.</summary>
/// <param name="count">How many records there were.</param>
/// <param name="created">How many of them are new; all of them but for an upsert.</param>
/// <param name="ids">A JSON array of their ids, in the order in which they were sent.</param>
public sealed class BulkOutcome(int count, int created, Utf8Buffer ids) : IDisposable
{
    public int Count { get; } = count;

    public int Created { get; } = created;

    public ReadOnlyMemory<byte> Ids => ids.Memory;

    public void Dispose() => ids.Dispose();
}
