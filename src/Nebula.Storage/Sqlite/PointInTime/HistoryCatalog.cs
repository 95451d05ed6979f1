using Nebula.Core;
using Nebula.Storage.Backups.Objects;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Finds in what is kept the history of a database, by its name and the address of its account; nothing else is asked, so that it is found also after the data directory was lost.</summary>
internal sealed class HistoryCatalog(HistoryStore store)
{
    private const int AtOnce = 16;

    /// <summary>The copies of files of all databases, in their order.</summary>
    public async ValueTask<IReadOnlyList<HistoryCopy>> ListAsync(CancellationToken ct)
    {
        var names = new List<string>();
        await foreach (var about in store.ListAsync(HistoryNames.Bases, ct))
            names.Add(about.Name);
        var found = new HistoryCopy?[names.Count];
        UnreadableBackupException? unreadable = null;
        await Parallel.ForEachAsync(Enumerable.Range(0, names.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, token) =>
        {
            try
            {
                found[i] = await store.FindJsonAsync(names[i], HistoryJson.Default.HistoryCopy, token);
            }
            catch (UnreadableBackupException e)
            {
                unreadable = e; // one that is damaged stands in the way of none of the others
            }
        });
        if (unreadable is not null && Array.TrueForAll(found, copy => copy is null))
            throw unreadable; // another key, as a rule
        return [.. found.OfType<HistoryCopy>().InOrder()];
    }

    /// <summary>The newest copy that can be brought to a moment, of the database that had the name then. Fails with invalid_parameter or database_not_found, saying what there is.</summary>
    public async ValueTask<Result<HistoryCopy>> FindAsync(string owner, string name, DateTimeOffset at, CancellationToken ct)
    {
        var databases = (await ListAsync(ct)).GroupBy(c => (c.Database, c.CreatedAt)).Select(copies => copies.ToList()).ToList();
        var what = $"'{owner}/{name}'";

        // What each was called then, as of its newest copy that is not later, or else of its first. Of two with one name the older had been deleted when the younger was made.
        var then = databases.Where(copies => copies[0].CreatedAt <= at && IsNamed(CopyAt(copies, at) ?? copies[0])).MaxBy(copies => copies[0].CreatedAt);
        if (then is not null)
            return Choose(then, at, what);
        var ever = databases.SelectMany(copies => copies).Where(IsNamed).ToList();
        return ever.Exists(c => c.From <= at) ? new Error(ErrorCodes.DatabaseNotFound, $"No database was called {what} at that moment; one was at another.") : Choose(ever, at, what);

        bool IsNamed(HistoryCopy copy) => string.Equals(copy.Owner, owner, StringComparison.OrdinalIgnoreCase) && string.Equals(copy.Name, name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The same for the metadata.</summary>
    public async ValueTask<Result<HistoryCopy>> FindMetadataAsync(DateTimeOffset at, CancellationToken ct)
    {
        var all = await ListAsync(ct);
        return Choose([.. all.Where(b => b.Database == HistoryNames.Metadata)], at, "the metadata");
    }

    private Result<HistoryCopy> Choose(List<HistoryCopy> copies, DateTimeOffset at, string what)
    {
        if (copies.Count == 0)
            return new Error(ErrorCodes.DatabaseNotFound, $"There is no history of {what} in '{store.Location}'.");
        return CopyAt(copies, at) is { } found
            ? found
            : new Error(ErrorCodes.InvalidParameter, $"The history of {what} goes back to {Timestamps.ToText(copies.Min(c => c.From))}, and not to {Timestamps.ToText(at)}.");
    }

    /// <summary>The newest copy that can be brought to a moment.</summary>
    /// <param name="copies">Of one database, in their order.</param>
    private static HistoryCopy? CopyAt(List<HistoryCopy> copies, DateTimeOffset at) => copies.FindLast(c => c.From <= at);
}
