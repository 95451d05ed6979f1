namespace Nebula.Core.Records;

/// <summary>A page of records as it goes to the client. Whoever gets one disposes it.</summary>
/// <param name="rows">The rows as JSON objects with commas between them.</param>
public sealed class RecordPage(Utf8Buffer rows, long? total, RecordQuery query) : IDisposable
{
    public ReadOnlyMemory<byte> Rows => rows.Memory;

    /// <summary>How many records there are in all; null when that was not asked for.</summary>
    public long? Total { get; } = total;

    public int Limit { get; } = query.Limit;

    public long Offset { get; } = query.Offset;

    public void Dispose() => rows.Dispose();
}
