namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Cuts segments out of the log of one database, with the times of its commits.</summary>
internal sealed class SegmentCutter(string database, WalStaging staging, CommitTimes times)
{
    /// <summary>The log that a crash left, as long as something of it is not shipped yet.</summary>
    public RecoveredLog? Recovered { get; set; }

    /// <summary>What is committed behind a position, in a file of its own; null when that is nothing.</summary>
    /// <param name="end">Where to stop at the latest.</param>
    public CutSegment? Cut(WalFile log, WalPosition at, long end, bool isSealed)
    {
        var path = staging.NewPath();
        return SegmentFile.Cut(database, log, at, end, TimesIn(log), isSealed, path) is { } segment ? new CutSegment(segment, path, at) : null;
    }

    /// <summary>What our own commits wrote, while the writer goes on. Null also when only a look with care can tell.</summary>
    /// <param name="path">Of the database.</param>
    public CutSegment? CutRecorded(string path, WalPosition at)
    {
        var frames = times.Frames;
        if (frames == 0)
            return null;
        using var log = WalFile.TryOpen(path);
        if (log is null || at.In(log.Header) is not { } here)
            return null;
        var end = WalHeader.Bytes + (long)frames * log.Header.FrameBytes;
        return end > here.Offset ? Cut(log, here, end, isSealed: false) : null;
    }

    /// <summary>All that is in the log while nobody of ours writes. False when something is not there any more that is not in a segment.</summary>
    /// <param name="here">The position that it goes on from.</param>
    public bool TryCutAll(string path, WalPosition at, bool isSealed, out WalPosition here, out CutSegment? cut)
    {
        cut = null;
        using var log = WalFile.TryOpen(path);
        here = at.In(log?.Header) ?? at;
        if (times.HasLost || at.In(log?.Header) is null || !Holds(log, times.Frames))
            return false;
        if (here.Epoch != at.Epoch)
            Recovered = null; // of the log before
        if (log is not null)
            cut = Cut(log, here, long.MaxValue, isSealed);
        return true;
    }

    /// <summary>Whether a log is as long as our own commits made it: another program may have copied it into the file and cut it off.</summary>
    private static bool Holds(WalFile? log, int frames) => frames == 0 || (log is not null && log.Length >= WalHeader.Bytes + ((long)frames * log.Header.FrameBytes));

    /// <summary>What another program wrote has the time of the next commit of ours, or of this moment; what a crash left that which was kept of it, or that of the log as it was found.</summary>
    private Func<long, long> TimesIn(WalFile log)
    {
        var (commits, now, recovered) = (times.ToArray(), times.Now, Recovered);
        return end =>
        {
            var frames = (int)((end - WalHeader.Bytes) / log.Header.FrameBytes);
            var time = CommitTimes.Find(commits, frames, out var isExact) ?? now;
            return !isExact && end <= recovered?.Bytes ? Math.Min(time, recovered.TimeOf(frames)) : time;
        };
    }
}
