using System.Buffers.Binary;
using System.Runtime.InteropServices;

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
        var words = MemoryMarshal.Cast<byte, uint>(bytes);
        var isForeign = isBigEndian == BitConverter.IsLittleEndian; // SQLite takes the machine's own order
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            first += (isForeign ? BinaryPrimitives.ReverseEndianness(words[i]) : words[i]) + second;
            second += (isForeign ? BinaryPrimitives.ReverseEndianness(words[i + 1]) : words[i + 1]) + first;
        }

        return new WalChecksum(first, second);
    }

    public static WalChecksum OfFrame(ReadOnlySpan<byte> frameHeader) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(frameHeader[16..]), BinaryPrimitives.ReadUInt32BigEndian(frameHeader[20..]));
}
