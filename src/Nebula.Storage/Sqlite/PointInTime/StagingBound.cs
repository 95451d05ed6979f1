namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Keeps what waits in the data directory within a bound: as long as the place is away, every database that closes leaves something there.</summary>
/// <param name="maxBytes">The bound of one database.</param>
internal sealed class StagingBound(long maxBytes)
{
    /// <summary>How many times the bound of one all of them together may have.</summary>
    private const int Databases = 16;

    /// <summary>Gives up those that have most, until the others are within the bound.</summary>
    public void Keep(IEnumerable<WalHistory> histories)
    {
        var waiting = histories.Select(h => (History: h, h.Staged.Bytes)).Where(w => w.Bytes > 0).OrderByDescending(w => w.Bytes).ToList();
        var total = waiting.Sum(w => w.Bytes);
        foreach (var (history, bytes) in waiting)
        {
            if (total <= maxBytes * Databases)
                return;
            if (!history.Gate.Wait(TimeSpan.Zero))
                continue; // it is being shipped
            try
            {
                history.DropStaged("too much of all databases together waits to be shipped");
                total -= bytes;
            }
            finally
            {
                history.Gate.Release();
            }
        }
    }
}
