namespace Nebula.Core.Background;

/// <summary>How far work is that goes on without whoever asked for it.</summary>
/// <param name="UpdatedAt">When it was last heard of.</param>
public sealed record WorkStatus(WorkState State, DateTimeOffset UpdatedAt)
{
    /// <summary>One that was not heard of for so long is not under way any more: its server ended.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(30);

    /// <summary>From 0 to 1; null where that is not known.</summary>
    public double? Progress { get; init; }

    /// <summary>Why it failed: code and message.</summary>
    public Error? Failure { get; init; }

    /// <summary>Whether its server ended before it could say what came of it.</summary>
    public bool IsAbandoned(DateTimeOffset now) => State == WorkState.Running && now - UpdatedAt >= _silence;
}
