namespace Nebula.Server.Backups;

/// <summary>How the histories of databases in files are kept.</summary>
/// <param name="Interval">How often what was committed is shipped.</param>
/// <param name="Keep">How far back a moment may lie.</param>
internal sealed record HistoryOptions(TimeSpan Interval, TimeSpan Keep);
