namespace Nebula.Storage.Tests.Support;

/// <summary>A clock that goes only when told to; its timers ring when it passes them.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = System.GetUtcNow();

    /// <summary>How many timers wait for it.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _alarms.Count(a => a.IsSet);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        lock (_lock)
            _alarms.Add(alarm);
        return alarm;
    }

    public void Advance(TimeSpan by)
    {
        List<Alarm> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _alarms.Where(a => a.IsDue(_now))];
        }

        due.ForEach(a => a.Ring());
    }

    private sealed class Alarm(ManualClock clock, Action ring) : ITimer
    {
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public bool IsSet => _due is not null;

        public bool IsDue(DateTimeOffset now) => _due <= now;

        public void Ring()
        {
            _due = _period > TimeSpan.Zero ? clock.GetUtcNow() + _period : null;
            ring();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = dueTime < TimeSpan.Zero ? null : clock.GetUtcNow() + dueTime;
            _period = period;
            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
