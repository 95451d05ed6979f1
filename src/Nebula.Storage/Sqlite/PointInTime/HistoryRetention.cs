using Microsoft.Extensions.Logging;
using Nebula.Core.Databases;
using Nebula.Storage.Backups.Objects;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Removes what of histories lies before the window that is kept: everything before the newest copy that is not younger than the window, and databases that were deleted before it.</summary>
internal sealed class HistoryRetention(HistoryStore store, WalStaging staging, PointInTimeOptions options, Func<DatabaseId, CancellationToken, ValueTask<Database?>> find, TimeProvider clock, ILogger logger)
{
    public async ValueTask RunAsync(CancellationToken ct)
    {
        var (histories, damaged) = (new List<HistoryCopy>(), new HashSet<string>());
        await foreach (var about in store.ListAsync(HistoryNames.Bases, ct))
        {
            try
            {
                if (await store.FindJsonAsync(about.Name, HistoryJson.Default.HistoryCopy, ct) is { } found)
                    histories.Add(found);
            }
            catch (UnreadableBackupException e)
            {
                // One copy less to choose from; and it may be of another installation.
                if (damaged.Add(HistoryNames.DatabaseOf(about.Name)))
                    HistoryLog.CopyUnreadable(logger, about.Name, e.Message);
            }
        }

        foreach (var database in histories.InOrder().GroupBy(h => (h.Database, h.CreatedAt)))
        {
            var sharesId = damaged.Contains(database.Key.Database) || histories.Any(h => h.Database == database.Key.Database && h.CreatedAt != database.Key.CreatedAt);
            await RunAsync([.. database], sharesId, ct);
        }
    }

    /// <param name="copies">Of one database, in their order.</param>
    /// <param name="sharesId">Whether another installation's database of the same id is, or may be, kept here too.</param>
    private async ValueTask RunAsync(List<HistoryCopy> copies, bool sharesId, CancellationToken ct)
    {
        var oldest = clock.GetUtcNow() - options.Keep;
        var newest = copies[^1];
        var (isDeleted, present) = await LookUpAsync(newest, ct);
        if (isDeleted)
        {
            if (present is null)
                staging.Forget(newest.Database); // and not that of a living one which has the number by now
            if (newest.DeletedAt is null)
                await store.WriteJsonAsync(HistoryNames.About(newest), newest with { DeletedAt = clock.GetUtcNow() }, HistoryJson.Default.HistoryCopy, ct);
            if (newest.DeletedAt < oldest)
                await RemoveAsync(copies, null, sharesId, ct);
            return;
        }

        if (copies.FindLast(c => c.From <= oldest) is { } first && first != copies[0])
            await RemoveAsync([.. copies.TakeWhile(c => c != first)], first, sharesId, ct);
    }

    /// <summary>Whether the database is gone, and the one that there is under its number.</summary>
    private async ValueTask<(bool IsDeleted, Database? Present)> LookUpAsync(HistoryCopy newest, CancellationToken ct)
    {
        if (!long.TryParse(newest.Database, out var id))
            return (false, null); // the metadata
        var present = await find(new DatabaseId(id), ct);
        return (present?.CreatedAt != newest.CreatedAt, present);
    }

    /// <summary>The descriptions first: what is half removed is never chosen for a restoration.</summary>
    private async ValueTask RemoveAsync(List<HistoryCopy> copies, HistoryCopy? kept, bool sharesId, CancellationToken ct)
    {
        foreach (var copy in copies)
            await store.DeleteAsync(HistoryNames.About(copy), ct);
        var generations = copies.Select(c => c.Generation).ToHashSet();
        await foreach (var found in store.ListAsync(HistoryNames.OfDatabase(copies[0].Database), ct))
        {
            var (generation, number, isCopy) = HistoryNames.Parse(copies[0].Database, found.Name);
            var isOlder = kept is null || string.CompareOrdinal(generation, kept.Generation) < 0
                ? generations.Contains(generation) || !sharesId // the last: a generation that never had a copy
                : generation == kept.Generation && number < (isCopy ? kept.Number : kept.FirstSegment);
            if (isOlder)
                await store.DeleteAsync(found.Name, ct);
        }
    }
}
