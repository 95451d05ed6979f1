using Microsoft.Extensions.Logging;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// The history of one database: how far it has come, and what its log holds beyond. Knows nothing of the place where it is kept; <see cref="WalUploader"/> brings it there. Thread-safe; when both locks are needed, that of
/// the database's writer is taken first.
/// </summary>
internal sealed class WalHistory
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly WalStaging _staging;
    private readonly ILogger _logger;
    private readonly Action _wake;
    private readonly CommitTimes _times;
    private readonly SegmentCutter _cutter;
    private readonly LogSealer _sealer;
    private readonly HistoryEnds _ends;
    private IWalSource? _source;
    private WalPosition? _position;
    private WalPosition? _sealed;
    private HistoryNote? _resting;
    private volatile bool _keepsLog;

    public WalHistory(HistoryOwner owner, WalStaging staging, CommitTimesFile? times, long maxStagedBytes, TimeProvider clock, ILogger logger, Action wake)
    {
        (Owner, _staging, _logger, _wake) = (owner, staging, logger, wake);
        _times = new CommitTimes(clock, times);
        _cutter = new SegmentCutter(owner.Id, staging, _times);
        _sealer = new LogSealer(Staged, staging, _cutter, _times, maxStagedBytes);
        _ends = new HistoryEnds(owner.Id, staging, clock);
    }

    public HistoryOwner Owner { get; private set; }

    /// <summary>What waits to be shipped before anything else.</summary>
    public StagedSegments Staged { get; } = new();

    /// <summary>What is yet to be looked at before anything is shipped.</summary>
    public PlaceCheck Place { get; } = new();

    public string Path { get; private set; } = "";

    /// <summary>Held by whoever ships, one at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>Held by whoever copies the file.</summary>
    public SemaphoreSlim CopyGate { get; } = new(1);

    /// <summary>Whether only what was shipped may be copied from the log into the file.</summary>
    public bool KeepsLog => _keepsLog;

    /// <summary>Null while no generation has begun. A closed file stays where it was when it was closed.</summary>
    public WalPosition? Position => Read(() => _position ?? _resting?.Position);

    /// <summary>A generation that ended, which is yet to be said where it is kept.</summary>
    public EndedGeneration? Ended => Read(() => _ends.Waiting);

    /// <summary>Whether there is anything to do: an open database, or segments that wait.</summary>
    public bool IsActive => Read(() => _source is not null || _ends.Waiting is not null || Staged.Peek() is not null);

    /// <summary>Before the file is opened: looks whether the history goes on.</summary>
    public void Open(HistoryOwner current, string path)
    {
        lock (_lock)
        {
            (Owner, Path, _sealed, _resting, _cutter.Recovered) = (current, path, null, null, null);
            using var log = WalFile.TryOpen(path);
            var note = _staging.Find(current.Id);
            if (note is not null && note.Position.Generation == _ends.Waiting?.Generation)
            {
                _staging.Forget(current.Id); // a crash came in between
                note = null;
            }

            _position = note?.Continue(current, path, log);

            if (_position is { } at)
                Place.OnOpened(current.Id, at, hasLog: log is not null);
            if (log is not null)
                _cutter.Recovered = new RecoveredLog(log.Length, log.ModifiedAt.ToUnixTimeMilliseconds(), _times.FindEarlier(log.Header));
            if (_position is not null || note is null)
                return;
            if (note.CreatedAt == current.CreatedAt)
                NoteEnd(note.Position, "the file or its log is not what it was");
            Forget();
        }
    }

    /// <summary>The file is open.</summary>
    public void Attach(IWalSource source)
    {
        lock (_lock)
        {
            _source = source;
            if (_position is not { } at)
                return;
            _keepsLog = true;
            _times.Start(at.LastTime);
        }
    }

    /// <summary>After a commit, before it is acknowledged. On the writer's thread.</summary>
    public void OnCommit(int frames)
    {
        if (_keepsLog)
            _times.Add(Path, frames);
    }

    /// <summary>The log has grown: it is to be shipped and copied into the file before long.</summary>
    public void OnLogGrown() => _wake();

    /// <summary>The generation goes no further, because something will not be shipped. A new one begins when it can.</summary>
    /// <param name="reason">What it is said for, in the log and in the history.</param>
    public void End(string reason)
    {
        lock (_lock)
        {
            if ((_position ?? _resting?.Position) is { } at)
                NoteEnd(at, reason);
            Forget();
        }
    }

    /// <summary>Before the file is closed, when nobody of ours writes any more: keeps in the data directory what is still to be shipped, and copies the log into the file.</summary>
    public void Seal(Connection connection)
    {
        lock (_lock)
        {
            _source = null;
            var isCopied = TryCopyLog(connection, out var version);
            connection.Checkpoint(CheckpointMode.Truncate);
            if (isCopied && LogSealer.VersionOf(connection) == version)
                _sealed = _position;
            else if (isCopied)
                End(LogSealer.WrittenMeanwhile);
        }
    }

    /// <summary>The file is closed.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _keepsLog = false;
            (_source, _position) = (null, null);
            _times.Stop();
            if (_sealed is not null && HistoryNote.OfClosed(_sealed, Owner, Path) is { } note)
                _staging.Write(Owner.Id, _resting = note);
        }
    }

    /// <summary>Gives up what waits in the data directory, and with it the generation. The gate is held.</summary>
    public void DropStaged(string reason)
    {
        lock (_lock)
        {
            if ((_position ?? (_resting ?? _staging.Find(Owner.Id))?.Position) is { } at)
                NoteEnd(at with { LastTime = Staged.FirstTime ?? at.LastTime }, reason);
            else if (_ends.Waiting is { } ended && Staged.FirstTime is { } time)
                _ends.Keep(ended.Generation, time, ended.End.Reason); // sooner than was thought
            Staged.Clear();
            Forget();
        }
    }

    /// <summary>The closed file goes for good, and the data go on elsewhere.</summary>
    /// <param name="at">Until when all that was committed is in the history; null when that is not known.</param>
    public void Leave(string reason, DateTimeOffset? at)
    {
        lock (_lock)
        {
            if ((_resting ?? _staging.Find(Owner.Id))?.Position is not { } last)
                return;
            var until = _resting is null || at is null ? last.LastTime : Math.Max(last.LastTime, at.Value.ToUnixTimeMilliseconds()); // a crash may have left more in its log
            _times.GoOnAfter(last.LastTime);
            _ends.Keep(last.Generation, until, reason);
            HistoryLog.Left(_logger, Owner.Id, reason);
            Forget();
        }
    }

    /// <summary>Whether the path leads to the file of a generation: as long as it is open, nothing else can be there.</summary>
    public bool Owns(string path, string generation)
    {
        lock (_lock)
            return Path == path && (_source is not null ? _position?.Generation == generation : _resting?.Position.Generation == generation && _resting.IsOf(path));
    }

    /// <summary>Begins a generation with what the log holds: the segment, in a file of its own, that has to be shipped first, or no segment when the log is empty. False when a write takes long.</summary>
    public bool TryBegin(out WalPosition? begun, out CutSegment? first)
    {
        (WalPosition?, CutSegment?) result = default;
        var source = Source;
        var isRun = source is not null && source.TryRunBetween(_patience, _ =>
        {
            lock (_lock)
            {
                if (_source != source || _position is not null)
                    return;
                using var log = WalFile.TryOpen(Path);
                var now = _times.Now;
                var at = new WalPosition { Generation = HistoryNames.Generation(DateTimeOffset.FromUnixTimeMilliseconds(now), _ends.Last), LastTime = now }.In(log?.Header)!; // nothing went before

                // Whatever was copied into the file before this moment was so of what this segment holds.
                var cut = log is null ? null : _cutter.Cut(log, at, long.MaxValue, isSealed: true);
                result = (_position = cut is null ? at : at.After(cut.Segment), cut);
                _keepsLog = true;
                Place.OnBegun();
                _times.Start(now);
            }
        });
        (begun, first) = result;
        return isRun && begun is not null;
    }

    /// <summary>Takes a generation back whose first segment could not be shipped.</summary>
    public void TakeBack(WalPosition begun)
    {
        lock (_lock)
        {
            if (_position == begun)
                Forget();
        }
    }

    /// <summary>The first segment of a generation was shipped, or there was none.</summary>
    public void Confirm()
    {
        lock (_lock)
            Note();
    }

    /// <summary>What was committed since, as a segment in a file of its own; null when there is nothing.</summary>
    /// <param name="isAll">Also what another program wrote, and up to the moment given: whatever is committed later has a later time, or the same.</param>
    public CutSegment? Cut(bool isAll, out long moment)
    {
        var (source, at) = (Source, Position);
        moment = at is not null && source is null ? _times.Now : 0; // nobody writes
        if (at is null || source is null)
            return null;
        if (!isAll && _cutter.CutRecorded(Path, at) is { } recorded)
            return recorded;

        // Between two transactions, so that all that is in the log is committed, and the times of our own commits are known.
        CutSegment? cut = null;
        long now = 0;
        var isRun = source.TryRunBetween(isAll ? _patience : TimeSpan.Zero, _ =>
        {
            now = _times.Now;
            cut = CutAll(at, source);
        });
        moment = isRun ? now : 0;
        return cut;
    }

    /// <summary>A segment was shipped.</summary>
    public void Advance(CutSegment shipped)
    {
        lock (_lock)
        {
            // A log that was sealed meanwhile has it too.
            if (_position?.Generation != shipped.Segment.Generation || _position.Segment != shipped.Segment.Number)
                return;
            _position = shipped.At.After(shipped.Segment) with { BaseAt = _position.BaseAt, BaseBytes = _position.BaseBytes, BytesSinceBase = _position.BytesSinceBase + shipped.Segment.To - shipped.Segment.From };
            _times.Forget((int)((shipped.Segment.To - WalHeader.Bytes) / WalHeader.TryParse(shipped.Segment.Header)!.FrameBytes)); // cut with it
            Note();
        }
    }

    /// <summary>Keeps what is not shipped yet in the data directory and copies the log into the file, so that it can be begun anew.</summary>
    public void SealLog()
    {
        var source = Source;
        source?.TryRunBetween(_patience, connection =>
        {
            lock (_lock)
            {
                if (_source == source)
                    TryCopyLog(connection, out _);
            }
        });
    }

    /// <summary>Ends the generation when the clock was set back far, so that those who look for a moment from here on find it. What was committed up to now was shipped.</summary>
    public void EndIfAhead()
    {
        if (_times.IsAhead)
            End("the clock was set back");
    }

    /// <summary>That it ended was said.</summary>
    public void DropEnded(string generation)
    {
        lock (_lock)
            _ends.Drop(generation);
    }

    /// <summary>A copy of the file is where it is kept, with all that makes it whole.</summary>
    /// <param name="since">What had been shipped when it was begun.</param>
    public void NoteBase(string generation, DateTimeOffset at, long bytes, long since)
    {
        lock (_lock)
        {
            if (_position?.Generation == generation)
                _position = Noted(_position);
            if (_resting?.Position.Generation == generation)
                _staging.Write(Owner.Id, _resting = _resting with { Position = Noted(_resting.Position) });
            Note();
        }

        WalPosition Noted(WalPosition position) => position with { BaseAt = at, BaseBytes = bytes, BytesSinceBase = Math.Max(0, position.BytesSinceBase - since) };
    }

    private IWalSource? Source => Read(() => _source);

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }

    private CutSegment? CutAll(WalPosition at, IWalSource source)
    {
        if (_cutter.TryCutAll(Path, at, isSealed: false, out _, out var cut))
            return cut;
        lock (_lock)
        {
            if (_source == source && _position == at)
                End(LogSealer.CopiedByAnother);
        }

        return null;
    }

    /// <summary>Keeps the rest of the log and copies it into the file. False when there is no generation, or it ended over this. The lock is held, and nobody of ours writes.</summary>
    /// <param name="version">Tells later whether another program has committed since.</param>
    private bool TryCopyLog(Connection connection, out long version)
    {
        version = 0;
        if (_position is null)
            return false;
        if (_sealer.Seal(connection, Path, _position, Move, out version) is not { } fault)
            return true;
        End(fault);
        return false;
    }

    private void Move(WalPosition position)
    {
        if (_position == position)
            return; // of a database that is only closed, which should cost little
        _position = position;
        Note();
    }

    private void Note()
    {
        if (_position is not null)
            _staging.Write(Owner.Id, new HistoryNote(_position, Owner.CreatedAt, Owner.Name));
    }

    private void NoteEnd(WalPosition at, string reason)
    {
        _times.GoOnAfter((_position ?? at).LastTime);
        _ends.Keep(at.Generation, at.LastTime, reason);
        HistoryLog.Ended(_logger, Owner.Id, reason);
    }

    private void Forget()
    {
        (_position, _sealed, _resting) = (null, null, null);
        _keepsLog = false;
        _times.Stop();
        _staging.Forget(Owner.Id);
    }
}
