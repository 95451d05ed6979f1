namespace Nebula.Core.Tests.Records.Imports;

/// <summary>A body that comes in pieces of a few bytes.</summary>
internal sealed class SlowStream(byte[] bytes, int piece) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
}
