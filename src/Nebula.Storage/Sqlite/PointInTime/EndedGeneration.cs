namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>A generation that ended, as the data directory keeps it until that was said where the history is.</summary>
internal sealed record EndedGeneration(string Generation, HistoryEnd End);
