using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// A segment as a file: the frames as they are in the log, the time and the end of each commit (two numbers of eight bytes), what it says about itself in JSON, the length of that, and the SHA-256 of all before.
/// Numbers are little-endian.
/// </summary>
internal sealed class SegmentFile : IDisposable
{
    /// <summary>By how much what two segments say about themselves can differ in length, in bytes.</summary>
    public const int MostDifference = 1024;

    private const int CommitBytes = 2 * sizeof(long);
    private const int EndBytes = sizeof(int) + SHA256.HashSizeInBytes;

    private readonly FileStream _file;
    private readonly string _name;

    private SegmentFile(FileStream file, string name) => (_file, _name) = (file, name);

    /// <summary>
    /// Copies the transactions behind a position out of the log into a new file. Null, with no file made, when there are none.
    /// </summary>
    /// <param name="end">Where to stop at the latest.</param>
    /// <param name="timeOf">The time of the commit that ends at an offset.</param>
    /// <param name="isSealed">Whether the log is copied into the file next. Then the file is synced, and made also without a transaction, unless the log was sealed there already.</param>
    public static WalSegment? Cut(string database, WalFile log, WalPosition at, long end, Func<long, long> timeOf, bool isSealed, string path)
    {
        var commits = new List<CommitTime>();
        var checksum = at.Checksum;
        var isEmptyAllowed = isSealed && !at.IsSealed;
        FileStream? file = isEmptyAllowed ? SpoolDirectory.Create(path) : null;
        try
        {
            log.Read(at.Offset, at.Checksum, end, (frame, isCommit, behind, sum) =>
            {
                file ??= SpoolDirectory.Create(path);
                file.Write(frame.Span);
                if (!isCommit)
                    return;
                commits.Add(new CommitTime(Math.Max(timeOf(behind), commits.Count > 0 ? commits[^1].Time : at.LastTime), behind));
                checksum = sum;
            });
            if (file is null || (commits.Count == 0 && !isEmptyAllowed))
            {
                File.Delete(path); // transactions that were not committed
                return null;
            }

            var segment = new WalSegment
            {
                Database = database,
                Generation = at.Generation,
                Number = at.Segment,
                Epoch = at.Epoch,
                EpochSegment = at.EpochSegment,
                Header = log.Header.Raw,
                From = at.Offset,
                To = commits.Count > 0 ? commits[^1].End : at.Offset,
                Checksum = checksum,
                IsSealed = isSealed,
                LastTime = commits.Count > 0 ? commits[^1].Time : at.LastTime,
                Commits = commits.Count,
            };
            Finish(file, segment, commits);
            if (isSealed)
                file.Flush(flushToDisk: true);
            return segment;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Opens one and looks whether it is what was written. Throws <see cref="UnreadableBackupException"/>, naming it.</summary>
    public static SegmentFile Open(string path, string name)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            if (file.Length < EndBytes || !HashOf(file).AsSpan().SequenceEqual(ReadAt(file, file.Length - SHA256.HashSizeInBytes, SHA256.HashSizeInBytes)))
                throw new UnreadableBackupException($"'{name}' is damaged: its checksum does not fit.");
            return new SegmentFile(file, name);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public WalSegment Read()
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(ReadAt(_file, _file.Length - EndBytes, sizeof(int)));
        var segment = JsonSerializer.Deserialize(ReadAt(_file, _file.Length - EndBytes - length, length), HistoryJson.Default.WalSegment);
        return segment is { Format: 1 } ? segment : throw new UnreadableBackupException($"'{_name}' was written by a newer version.");
    }

    /// <summary>Whether another segment is a beginning of this one: of the same log, from the same frame on, and the same as far as it goes.</summary>
    public bool BeginsWith(WalSegment other)
    {
        var own = Read();
        if (!own.Header.AsSpan().SequenceEqual(other.Header) || other.From != own.From || other.To > own.To || WalHeader.TryParse(own.Header) is not { } log)
            return false;
        return other.To == other.From || WalChecksum.OfFrame(ReadAt(_file, other.To - own.From - log.FrameBytes, WalHeader.FrameHeaderBytes)) == other.Checksum;
    }

    public IReadOnlyList<CommitTime> ReadCommits(WalSegment segment)
    {
        var bytes = ReadAt(_file, segment.To - segment.From, segment.Commits * CommitBytes);
        return [.. Enumerable.Range(0, segment.Commits).Select(i => new CommitTime(
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * CommitBytes)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * CommitBytes + sizeof(long)))))];
    }

    /// <summary>The frames from the beginning on.</summary>
    public IEnumerable<byte[]> ReadFrames(WalSegment segment, long end)
    {
        var frame = new byte[WalHeader.TryParse(segment.Header)?.FrameBytes ?? throw new UnreadableBackupException($"'{_name}' holds no log.")];
        _file.Position = 0;
        for (var at = segment.From; at < end; at += frame.Length)
        {
            _file.ReadExactly(frame);
            yield return frame;
        }
    }

    public void Dispose() => _file.Dispose();

    private static void Finish(FileStream file, WalSegment segment, List<CommitTime> commits)
    {
        file.SetLength(segment.To - segment.From); // what belongs to no committed transaction goes
        file.Position = file.Length;
        var bytes = new byte[commits.Count * CommitBytes];
        for (var i = 0; i < commits.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * CommitBytes), commits[i].Time);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * CommitBytes + sizeof(long)), commits[i].End);
        }

        file.Write(bytes);
        var json = JsonSerializer.SerializeToUtf8Bytes(segment, HistoryJson.Default.WalSegment);
        file.Write(json);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        file.Write(length);
        file.Position = 0;
        var hash = SHA256.HashData(file);
        file.Write(hash);
    }

    private static byte[] HashOf(FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[64 * 1024];
        file.Position = 0;
        for (var rest = file.Length - SHA256.HashSizeInBytes; rest > 0;)
        {
            var read = file.Read(block, 0, (int)Math.Min(block.Length, rest));
            hash.AppendData(block, 0, read);
            rest -= read;
        }

        return hash.GetHashAndReset();
    }

    private static byte[] ReadAt(FileStream file, long offset, int length)
    {
        var bytes = new byte[length];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }
}
