using Nebula.Core;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Says that a generation goes no further, because something was not shipped and is gone.</summary>
/// <param name="LastCommit">The time of the last commit that it holds.</param>
/// <param name="At">When that was found.</param>
internal sealed record HistoryEnd(DateTimeOffset LastCommit, DateTimeOffset At, string Reason)
{
    /// <summary>As a sentence without its end.</summary>
    public string Describe(string name) => $"{name}: what was committed after {Timestamps.ToText(LastCommit)} was not shipped: {Reason} ({Timestamps.ToText(At)})";
}
