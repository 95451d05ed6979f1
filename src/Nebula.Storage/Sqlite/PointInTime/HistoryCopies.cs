namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>The order in which copies were made.</summary>
internal static class HistoryCopies
{
    /// <summary>By their generations, and not by time alone: a clock that was set back would put the newest before older ones.</summary>
    public static IEnumerable<HistoryCopy> InOrder(this IEnumerable<HistoryCopy> copies) => copies.OrderBy(c => c.Generation, StringComparer.Ordinal).ThenBy(c => c.Number).ThenBy(c => c.From);
}
