namespace Nebula.Server.Tests.Logging;

/// <summary>It is always the same moment.</summary>
internal sealed class FixedClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 10, 0, 0, 7, TimeSpan.Zero);
}
