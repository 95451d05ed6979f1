namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>A segment in a file of its own.</summary>
/// <param name="At">The position that it goes on from.</param>
internal sealed record CutSegment(WalSegment Segment, string Path, WalPosition At);
