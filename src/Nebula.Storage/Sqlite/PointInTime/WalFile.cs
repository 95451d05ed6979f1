using System.Buffers.Binary;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// The write-ahead log of a database, read beside SQLite. SQLite holds no locks on this file but on others, so that closing it takes none of them away. Used by one thread at a time.
/// </summary>
internal sealed class WalFile : IDisposable
{
    private readonly FileStream _file;
    private byte[] _frame = [];

    private WalFile(FileStream file, WalHeader header) => (_file, Header) = (file, header);

    public WalHeader Header { get; }

    /// <summary>In bytes. What an earlier log left may lie at its end.</summary>
    public long Length => _file.Length;

    public DateTimeOffset ModifiedAt => File.GetLastWriteTimeUtc(_file.SafeFileHandle);

    public static string PathOf(string database) => $"{database}-wal";

    /// <summary>Null when there is no log, or none has been begun in the file.</summary>
    public static WalFile? TryOpen(string database)
    {
        FileStream file;
        try
        {
            file = new FileStream(PathOf(database), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        Span<byte> start = stackalloc byte[WalHeader.Bytes];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (WalHeader.TryParse(start[..length]) is { } header)
            return new WalFile(file, header);
        file.Dispose();
        return null;
    }

    /// <summary>Which log there is now. Null when there is none, or it can't be read now.</summary>
    public static ulong? SaltsOf(string database)
    {
        try
        {
            using var log = TryOpen(database);
            return log?.Header.Salts;
        }
        catch (Exception e) when (DiskErrors.IsOne(e))
        {
            return null;
        }
    }

    /// <summary>Whether the log up to an offset is the one that had this checksum there.</summary>
    public bool Holds(long offset, WalChecksum checksum)
    {
        if (offset == WalHeader.Bytes)
            return checksum == Header.Checksum;
        Span<byte> header = stackalloc byte[WalHeader.FrameHeaderBytes];
        _file.Position = offset - Header.FrameBytes;
        return _file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && WalChecksum.OfFrame(header) == checksum;
    }

    /// <summary>
    /// Hands over each whole frame behind an offset, in order. Ends before the first that was not written to its end or belongs to an earlier log. The bytes are valid until the next one.
    /// </summary>
    /// <param name="take">Gets the frame, whether it ends a transaction, the offset behind it, and its checksum.</param>
    /// <param name="end">Where to stop at the latest.</param>
    public void Read(long offset, WalChecksum checksum, long end, Action<ReadOnlyMemory<byte>, bool, long, WalChecksum> take)
    {
        if (_frame.Length != Header.FrameBytes)
            _frame = new byte[Header.FrameBytes];
        _file.Position = offset;
        while (offset + _frame.Length <= end && _file.ReadAtLeast(_frame, _frame.Length, throwOnEndOfStream: false) == _frame.Length)
        {
            if (BinaryPrimitives.ReadUInt64BigEndian(_frame.AsSpan(8)) != Header.Salts)
                return;
            checksum = checksum.Add(_frame.AsSpan(0, 8), Header.IsBigEndian).Add(_frame.AsSpan(WalHeader.FrameHeaderBytes), Header.IsBigEndian);
            if (checksum != WalChecksum.OfFrame(_frame))
                return;
            offset += _frame.Length;
            take(_frame, BinaryPrimitives.ReadUInt32BigEndian(_frame.AsSpan(4)) != 0, offset, checksum);
        }
    }

    public void Dispose() => _file.Dispose();
}
