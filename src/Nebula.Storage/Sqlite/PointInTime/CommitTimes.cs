namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// When the commits were made that are in the log and not shipped yet. Times never go back, also when the clock does: of two commits the later one is never the earlier. What comes of a clock that goes back by more than a
/// little is for others to decide (<see cref="IsAhead"/>). Thread-safe.
/// </summary>
/// <param name="file">Keeps the times over a crash; null where that can't be.</param>
internal sealed class CommitTimes(TimeProvider clock, CommitTimesFile? file)
{
    /// <summary>So long all commits may have one time, until the clock has come there again.</summary>
    private static readonly TimeSpan _most = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly List<(long Time, int Frames)> _commits = [];
    private long _last;
    private bool _isRecording;

    // Of the last commit, as far as that is known.
    private ulong? _log;

    /// <summary>This moment, in milliseconds since 1970; not before the last commit.</summary>
    public long Now
    {
        get
        {
            lock (_lock)
                return _last = Math.Max(_last, clock.GetUtcNow().ToUnixTimeMilliseconds());
        }
    }

    /// <summary>How many frames the log had after the last commit that was recorded.</summary>
    public int Frames
    {
        get
        {
            lock (_lock)
                return _commits.Count == 0 ? 0 : _commits[^1].Frames;
        }
    }

    /// <summary>Whether the log was begun anew before commits that are in here were shipped.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Whether the clock had run far ahead and was set back: the times of commits would be wrong until it comes there again.</summary>
    public bool IsAhead
    {
        get
        {
            lock (_lock)
                return _last - clock.GetUtcNow().ToUnixTimeMilliseconds() > _most.TotalMilliseconds;
        }
    }

    /// <summary>Goes on with another generation, in which nothing has a time yet: after the last of the one before, or by the clock when that would be right only after long.</summary>
    public void GoOnAfter(long last)
    {
        lock (_lock)
        {
            _last = Math.Max(_last, last + 1);
            if (IsAhead)
                _last = 0;
        }
    }

    /// <summary>Begins to record, from no earlier moment than this on.</summary>
    public void Start(long notBefore)
    {
        lock (_lock)
            (_isRecording, HasLost, _last, _log) = (true, false, Math.Max(_last, notBefore), null);
    }

    public void Stop()
    {
        lock (_lock)
        {
            _isRecording = false;
            _commits.Clear();
        }
    }

    /// <summary>After a commit, before it is acknowledged: so whatever was acknowledged before a moment has a time before it.</summary>
    /// <param name="path">Of the database.</param>
    /// <param name="frames">How many frames the log has by now.</param>
    public void Add(string path, int frames)
    {
        lock (_lock)
        {
            if (!_isRecording || frames == 0)
                return;
            if (_commits.Count > 0 && _commits[^1].Frames >= frames)
            {
                _commits.Clear();
                HasLost = true;
            }

            _last = Math.Max(_last, clock.GetUtcNow().ToUnixTimeMilliseconds());
            _commits.Add((_last, frames));
            if (file is null)
                return;
            _log ??= WalFile.SaltsOf(path);
            if (_log is { } log)
                file.Add(log, frames, _last);
        }
    }

    /// <summary>What an earlier run recorded of a log.</summary>
    public (long Time, int Frames)[] FindEarlier(WalHeader log) => file?.Find(log.Salts) ?? [];

    /// <summary>All that is recorded, in order.</summary>
    public (long Time, int Frames)[] ToArray()
    {
        lock (_lock)
            return [.. _commits];
    }

    /// <summary>The time of the commit that ends with a frame: if it is none of ours, that of the next one, before which it was made; null when there is none.</summary>
    public static long? Find((long Time, int Frames)[] commits, int frames, out bool isExact)
    {
        var (low, high) = (0, commits.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = commits[middle].Frames < frames ? (middle + 1, high) : (low, middle);
        }

        isExact = low < commits.Length && commits[low].Frames == frames;
        return low < commits.Length ? commits[low].Time : null;
    }

    /// <summary>Forgets what was shipped.</summary>
    public void Forget(int frames)
    {
        lock (_lock)
            _commits.RemoveAll(c => c.Frames <= frames);
    }

    /// <summary>Forgets all of the log: it is copied into the file, and may be begun anew.</summary>
    public void ForgetLog()
    {
        lock (_lock)
        {
            _commits.Clear();
            _log = null;
        }
    }
}
