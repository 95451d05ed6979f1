using Nebula.Core;
using Nebula.Storage.Backups.Objects;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Finds in what is kept the history of a database, by its name and the address of its account; nothing else is asked, so that it is found also after the data directory was lost.</summary>
internal sealed class HistoryCatalog(HistoryStore store)
{
    private const int AtOnce = 16;

    /// <summary>The copies of files of all databases, in the order of time.</summary>
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
        return [.. found.OfType<HistoryCopy>().OrderBy(b => b.From)];
    }

    /// <summary>The newest copy that can be brought to a moment, of the database that had the name then. Fails with invalid_parameter or database_not_found, saying what there is.</summary>
    public async ValueTask<Result<HistoryCopy>> FindAsync(string owner, string name, DateTimeOffset at, CancellationToken ct)
    {
        var all = await ListAsync(ct);
        var own = all.Where(b => string.Equals(b.Owner, owner, StringComparison.OrdinalIgnoreCase) && string.Equals(b.Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
        return Choose(own, at, $"'{owner}/{name}'");
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
        return copies.LastOrDefault(b => b.From <= at) is { } found
            ? found
            : new Error(ErrorCodes.InvalidParameter, $"The history of {what} goes back to {Timestamps.ToText(copies[0].From)}, and not to {Timestamps.ToText(at)}.");
    }
}
