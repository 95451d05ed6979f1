using System.Buffers.Binary;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// The checksum that runs through a write-ahead log: a frame's holds only if all before it are what they were. So it tells what was written to its end, and whether two logs are the same up to a frame. Source:
/// https://sqlite.org/fileformat2.html#checksum_algorithm.
/// </summary>
internal readonly record struct WalChecksum(uint First, uint Second)
{
    /// <param name="bytes">A multiple of eight.</param>
    public WalChecksum Add(ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        var (first, second) = (First, Second);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            first += Word(bytes, isBigEndian) + second;
            second += Word(bytes[4..], isBigEndian) + first;
        }

        return new WalChecksum(first, second);
    }

    public static WalChecksum OfFrame(ReadOnlySpan<byte> frameHeader) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(frameHeader[16..]), BinaryPrimitives.ReadUInt32BigEndian(frameHeader[20..]));

    private static uint Word(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
