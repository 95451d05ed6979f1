namespace Nebula.Core.Databases.Moving;

/// <summary>A move that was verified and is done.</summary>
/// <param name="Records">How many there were when they were counted and compared.</param>
/// <param name="WritesWaited">How long writes were held.</param>
public sealed record MoveReport(int Tables, long Records, TimeSpan WritesWaited);
