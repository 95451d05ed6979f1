using System.Buffers.Binary;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>The beginning of a write-ahead log, which is another one each time the log is begun anew. Source: https://sqlite.org/fileformat2.html#walformat.</summary>
internal sealed class WalHeader
{
    public const int Bytes = 32;
    public const int FrameHeaderBytes = 24;

    private const uint Magic = 0x377f0682;
    private const int ChecksummedBytes = 24;

    private WalHeader(byte[] raw)
    {
        Raw = raw;
        IsBigEndian = (Word(0) & 1) == 1;
        PageSize = (int)Word(2);
        Sequence = Word(3);
        Salt = Word(4);
        Checksum = new WalChecksum(Word(6), Word(7));
    }

    public byte[] Raw { get; }

    public int PageSize { get; }

    public int FrameBytes => FrameHeaderBytes + PageSize;

    /// <summary>Whether checksums are made of words in this order of bytes.</summary>
    public bool IsBigEndian { get; }

    /// <summary>What the checksum of the first frame goes on from.</summary>
    public WalChecksum Checksum { get; }

    /// <summary>What each frame of this log repeats, so that frames of an earlier one are known as such.</summary>
    public ulong Salts => BinaryPrimitives.ReadUInt64BigEndian(Raw.AsSpan(16));

    /// <summary>Whether it is the first since the file was opened: nothing went before it that could have been copied into the file.</summary>
    public bool IsFirst => Sequence == 0;

    private uint Sequence { get; }

    private uint Salt { get; }

    /// <summary>Null for what is no header, or one that was not written to its end.</summary>
    public static WalHeader? TryParse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes || (BinaryPrimitives.ReadUInt32BigEndian(bytes) & ~1u) != Magic)
            return null;
        var header = new WalHeader(bytes[..Bytes].ToArray());
        return default(WalChecksum).Add(bytes[..ChecksummedBytes], header.IsBigEndian) == header.Checksum ? header : null;
    }

    /// <summary>Whether this log was begun when the other one was copied into the file, with none in between: both numbers rise by one each time.</summary>
    public bool Follows(WalHeader other) => Sequence == other.Sequence + 1 && Salt == other.Salt + 1;

    public bool IsSameAs(WalHeader other) => Raw.AsSpan().SequenceEqual(other.Raw);

    private uint Word(int index) => BinaryPrimitives.ReadUInt32BigEndian(Raw.AsSpan(index * sizeof(uint)));
}
