using Nebula.Core.Records.Queries;

namespace Nebula.Core.Records;

/// <summary>A page of records as it goes to the client. Whoever gets one disposes it.</summary>
/// <param name="rows">The rows as JSON objects with commas between them.</param>
/// <param name="total">How many records there are in all; null when that was not asked for.</param>
/// <param name="last">The sort values of the last record, if there are more behind it and a cursor can go on there.</param>
public sealed class RecordPage(Utf8Buffer rows, RecordTotal? total, RecordQuery query, IReadOnlyList<TypedValue>? last) : IDisposable
{
    public ReadOnlyMemory<byte> Rows => rows.Memory;

    public RecordTotal? Total { get; } = total;

    public int Limit { get; } = query.Limit;

    public long Offset { get; } = query.Offset;

    public IReadOnlyList<TypedValue>? Last { get; } = last;

    /// <summary>What goes on behind this page; null at the end. Set by whoever signs it.</summary>
    public string? NextCursor { get; internal set; }

    public void Dispose() => rows.Dispose();
}
