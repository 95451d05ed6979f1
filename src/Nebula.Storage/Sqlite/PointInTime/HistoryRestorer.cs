using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Nebula.Storage.Backups;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;
using Nebula.Storage.Sqlite.Files;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// Makes a database file as it was at a moment: the copy, and on it page by page what each commit up to that moment wrote. Throws <see cref="UnreadableBackupException"/>, naming what is missing or damaged, and
/// <see cref="Core.UnavailableException"/>.
/// </summary>
/// <param name="scratch">Where a segment lies while it is applied.</param>
internal sealed class HistoryRestorer(HistoryStore store, SpoolDirectory scratch)
{
    private const string Ending = "history";
    private const int BlockBytes = 64 * 1024;

    private readonly GenerationEnds _ends = new(store);

    /// <summary>Writes a new file, and says what it holds.</summary>
    public async ValueTask<RestoredMoment> RestoreAsync(HistoryCopy copy, DateTimeOffset at, string path, CancellationToken ct)
    {
        var name = HistoryNames.Copy(copy.Database, copy.Generation, copy.Number);
        if (await store.ReadFileAsync(name, path, isKept: true, long.MaxValue, ct) is null)
            throw new UnreadableBackupException($"'{name}' is missing.");
        RestoredMoment restored;
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            if (!(await BackgroundThread.RunOnceAsync(() => HashOf(file, ct), ct)).AsSpan().SequenceEqual(copy.Sha256))
                throw new UnreadableBackupException($"'{name}' is damaged: its checksum does not fit.");
            restored = await ApplyAsync(copy, at.ToUnixTimeMilliseconds(), file, ct);
            await BackgroundThread.RunOnceAsync(() => Sync(file), ct);
        }

        await CheckAsync(path, name, ct);
        return restored;
    }

    private async ValueTask<RestoredMoment> ApplyAsync(HistoryCopy copy, long at, FileStream file, CancellationToken ct)
    {
        var numbers = await ListAsync(copy, ct);
        var (last, pages, pageSize) = (0L, 0u, 0);
        WalSegment? before = null;
        var paced = new PacedSync(file.SafeFileHandle);
        foreach (var number in numbers)
        {
            var part = scratch.NewPath(Ending);
            var name = HistoryNames.Segment(copy.Database, copy.Generation, number);
            try
            {
                if (await store.ReadFileAsync(name, part, isKept: false, long.MaxValue, ct) is null)
                    throw new UnreadableBackupException($"'{name}' is missing.");
                var isOfCopy = number < copy.Through; // makes the copy whole, whatever the times
                var about = await BackgroundThread.RunOnceAsync(() => Apply(part, name, isOfCopy), ct);
                if (about.LastTime > at && !isOfCopy)
                    return End() with { Gap = await _ends.FindBeforeAsync(copy, at, ct) };
            }
            finally
            {
                SpoolDirectory.Remove(part);
            }
        }

        return End() with { Gap = await _ends.FindAsync(copy, before?.LastTime, ct) };

        WalSegment Apply(string part, string name, bool isOfCopy)
        {
            using var segment = SegmentFile.Open(part, name);
            var about = segment.Read();
            CheckOrder(before, about, name);
            before = about;
            var commit = segment.ReadCommits(about).LastOrDefault(c => isOfCopy || c.Time <= at);
            if (commit == default)
                return about;
            foreach (var frame in segment.ReadFrames(about, commit.End))
            {
                pageSize = frame.Length - WalHeader.FrameHeaderBytes;
                pages = Write(frame, file);
                paced.OnWritten(pageSize);
            }

            last = Math.Min(commit.Time, at);
            return about;
        }

        RestoredMoment End()
        {
            if (pages > 0)
                file.SetLength((long)pages * pageSize);
            return new RestoredMoment(last == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(last), null);
        }
    }

    /// <summary>The segments to be applied.</summary>
    private async ValueTask<List<long>> ListAsync(HistoryCopy copy, CancellationToken ct)
    {
        var numbers = new List<long>();
        await foreach (var found in store.ListAsync(HistoryNames.OfGeneration(copy.Database, copy.Generation), ct))
        {
            if (HistoryNames.Parse(copy.Database, found.Name) is { Number: { } number, IsCopy: false } && number >= copy.FirstSegment)
                numbers.Add(number);
        }

        for (var i = 0; i < Math.Max(numbers.Count, copy.Through - copy.FirstSegment); i++)
        {
            if (i >= numbers.Count || numbers[i] != copy.FirstSegment + i)
                throw new UnreadableBackupException($"'{HistoryNames.Segment(copy.Database, copy.Generation, copy.FirstSegment + i)}' is missing.");
        }

        return numbers;
    }

    /// <summary>Writes one page in its place; gives how many pages the database has, as of the transaction's last frame.</summary>
    private static uint Write(byte[] frame, FileStream file)
    {
        var page = frame.AsSpan(WalHeader.FrameHeaderBytes);
        file.Position = (BinaryPrimitives.ReadUInt32BigEndian(frame) - 1L) * page.Length;
        file.Write(page);
        return BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4));
    }

    private static byte[] HashOf(FileStream file, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockBytes];
        for (int read; (read = file.Read(block)) > 0;)
        {
            ct.ThrowIfCancellationRequested();
            hash.AppendData(block, 0, read);
        }

        return hash.GetHashAndReset();
    }

    private static bool Sync(FileStream file)
    {
        file.Flush(flushToDisk: true);
        return true;
    }

    private static void CheckOrder(WalSegment? before, WalSegment segment, string name)
    {
        var goesOn = before is null || (segment.Epoch > before.Epoch
            ? segment.From == WalHeader.Bytes
            : segment.Epoch == before.Epoch && segment.From == before.To && segment.Header.AsSpan().SequenceEqual(before.Header));
        if (!goesOn)
            throw new UnreadableBackupException(string.Create(CultureInfo.InvariantCulture, $"'{name}' does not go on from the segment before it."));
    }

    /// <summary>As backups are checked: every page, and that the indexes say what the tables do.</summary>
    private static async ValueTask CheckAsync(string path, string name, CancellationToken ct)
    {
        try
        {
            await SqliteInspection.RunAsync(path, name, ct);
        }
        catch (UnreadableBackupException e)
        {
            throw new UnreadableBackupException($"What was restored from '{name}' is no whole database.", e);
        }

        DataDirectory.RemoveLog(path);
    }
}
