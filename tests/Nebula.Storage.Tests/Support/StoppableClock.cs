namespace Nebula.Storage.Tests.Support;

/// <summary>The system's clock for something that can be stopped for a while, as a process can: none of its timers rings meanwhile.</summary>
public sealed class StoppableClock : TimeProvider
{
    private volatile bool _isStopped;

    public void Stop() => _isStopped = true;

    public void GoOn() => _isStopped = false;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(
        s =>
        {
            if (!_isStopped)
                callback(s);
        },
        state, dueTime, period);
}
