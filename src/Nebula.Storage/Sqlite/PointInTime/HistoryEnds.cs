namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>That generations of one history ended: kept in the data directory until it was said where the history is, over restarts too. Not thread-safe.</summary>
internal sealed class HistoryEnds(string database, WalStaging staging, TimeProvider clock)
{
    /// <summary>What is yet to be said; null for nothing. At the beginning that which an earlier run of the server left.</summary>
    public EndedGeneration? Waiting { get; private set; } = staging.FindEnded(database);

    /// <summary>The last generation that ended; null while that is not known.</summary>
    public string? Last { get; private set; } = staging.FindEnded(database)?.Generation;

    /// <param name="lastTime">Until when all that was committed is in it, in milliseconds since 1970.</param>
    public void Keep(string generation, long lastTime, string reason)
    {
        Last = generation;
        Waiting = new EndedGeneration(generation, new HistoryEnd(DateTimeOffset.FromUnixTimeMilliseconds(lastTime), clock.GetUtcNow(), reason));
        staging.WriteEnded(database, Waiting);
    }

    /// <summary>It was said.</summary>
    public void Drop(string generation)
    {
        if (Waiting?.Generation != generation)
            return;
        Waiting = null;
        staging.ForgetEnded(database);
    }
}
