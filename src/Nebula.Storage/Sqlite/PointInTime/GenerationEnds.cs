namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Finds out whether a generation ended where its last segment does: by what was said of it, or else by a later generation, which begins only when something had not been shipped.</summary>
internal sealed class GenerationEnds(HistoryStore store)
{
    /// <summary>Null for one that may go on.</summary>
    /// <param name="lastTime">The time of its last commit; null when it has no segment behind the copy.</param>
    public async ValueTask<HistoryEnd?> FindAsync(HistoryCopy copy, long? lastTime, CancellationToken ct)
    {
        if (await store.FindJsonAsync(HistoryNames.End(copy.Database, copy.Generation), HistoryJson.Default.HistoryEnd, ct) is { } end)
            return end;
        return await FindNextAsync(copy, ct) is { } next
            ? new HistoryEnd(lastTime is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : copy.From, HistoryNames.TimeOf(next), "its history began anew, and nothing says why")
            : null;
    }

    /// <summary>What was said of an end before a moment although there are commits with later times: those had them from a clock that was set back.</summary>
    public async ValueTask<HistoryEnd?> FindBeforeAsync(HistoryCopy copy, long at, CancellationToken ct) =>
        await store.FindJsonAsync(HistoryNames.End(copy.Database, copy.Generation), HistoryJson.Default.HistoryEnd, ct) is { } end && end.At.ToUnixTimeMilliseconds() <= at ? end : null;

    /// <summary>The next generation, but for those of another installation's database with the same id.</summary>
    private async ValueTask<string?> FindNextAsync(HistoryCopy copy, CancellationToken ct)
    {
        var later = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var found in store.ListAsync(HistoryNames.OfDatabase(copy.Database), ct))
        {
            var (generation, _, _) = HistoryNames.Parse(copy.Database, found.Name);
            if (string.CompareOrdinal(generation, copy.Generation) > 0)
                later.Add(generation);
        }

        foreach (var generation in later)
        {
            if (!await IsOfAnotherAsync(copy, generation, ct))
                return generation;
        }

        return null;
    }

    private async ValueTask<bool> IsOfAnotherAsync(HistoryCopy copy, string generation, CancellationToken ct)
    {
        await foreach (var about in store.ListAsync(HistoryNames.AboutOf(copy.Database, generation), ct))
            return await store.FindJsonAsync(about.Name, HistoryJson.Default.HistoryCopy, ct) is { } found && found.CreatedAt != copy.CreatedAt;
        return false; // it has no copy yet
    }
}
