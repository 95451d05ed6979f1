namespace Nebula.Server.Tests.Infrastructure;

/// <summary>The real time, moved by as much as a test says.</summary>
internal sealed class Clock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan time) => _ahead += time;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;
}
