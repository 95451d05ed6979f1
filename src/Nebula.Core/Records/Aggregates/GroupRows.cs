namespace Nebula.Core.Records.Aggregates;

/// <summary>The groups of an aggregate as they go to the client: JSON objects with commas between them. Whoever gets them disposes them.</summary>
public sealed class GroupRows(Utf8Buffer rows) : IDisposable
{
    public ReadOnlyMemory<byte> Rows => rows.Memory;

    public void Dispose() => rows.Dispose();
}
