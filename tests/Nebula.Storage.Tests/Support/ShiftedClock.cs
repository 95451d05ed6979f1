namespace Nebula.Storage.Tests.Support;

/// <summary>The system's clock with its hands moved or held; timers run as ever.</summary>
public sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    /// <summary>Where the hands are held; null while they go.</summary>
    public DateTimeOffset? HeldAt { get; set; }

    public override DateTimeOffset GetUtcNow() => HeldAt ?? base.GetUtcNow() + Shift;
}
