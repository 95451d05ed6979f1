namespace Nebula.Core.Records;

/// <summary>A record as it goes to the client. Whoever gets one disposes it.</summary>
public sealed class Record(RecordId id, Utf8Buffer json, EntityTag tag) : IDisposable
{
    public RecordId Id { get; } = id;

    /// <summary>The record as a JSON object, with the columns that were asked for.</summary>
    public ReadOnlyMemory<byte> Json => json.Memory;

    /// <summary>Of all columns, whichever were asked for.</summary>
    public EntityTag Tag { get; } = tag;

    public void Dispose() => json.Dispose();
}
