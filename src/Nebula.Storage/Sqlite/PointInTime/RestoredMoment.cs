namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>What a restored file holds.</summary>
/// <param name="LastCommit">The last commit that was applied to the copy; null when nothing was committed since it was taken.</param>
/// <param name="Gap">Where the history breaks off before the moment, so that later commits may be missing; null where it does not.</param>
internal sealed record RestoredMoment(DateTimeOffset? LastCommit, HistoryEnd? Gap);
