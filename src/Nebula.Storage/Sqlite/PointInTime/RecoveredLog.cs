namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>A log that a crash left.</summary>
/// <param name="Bytes">How long it was.</param>
/// <param name="Time">When it was written last, in milliseconds since 1970.</param>
/// <param name="Commits">Those in it whose times are known, in order.</param>
internal sealed record RecoveredLog(long Bytes, long Time, (long Time, int Frames)[] Commits)
{
    /// <summary>The time of the commit that ends with a frame: if it is not known, that of the next one that is.</summary>
    public long TimeOf(int frames) => CommitTimes.Find(Commits, frames, out _) ?? Time;
}
