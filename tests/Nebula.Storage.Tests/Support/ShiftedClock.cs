namespace Nebula.Storage.Tests.Support;

/// <summary>The system's clock with its hands moved; timers run as ever.</summary>
public sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
