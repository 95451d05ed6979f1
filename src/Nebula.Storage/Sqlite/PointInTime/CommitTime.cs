namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>When a commit was made.</summary>
/// <param name="Time">Milliseconds since 1970, UTC.</param>
/// <param name="End">The offset in the log behind the commit's last frame.</param>
internal readonly record struct CommitTime(long Time, long End);
