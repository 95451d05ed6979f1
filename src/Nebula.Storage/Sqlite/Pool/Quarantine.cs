using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;

namespace Nebula.Storage.Sqlite.Pool;

/// <summary>
/// The databases that can't be served: their file is missing or broken. The others go on. Each is tried again now and then, with a check of its file, so that one
/// that the operator mended comes back by itself. Thread-safe.
/// </summary>
internal sealed class Quarantine(TimeProvider clock, ILogger<Quarantine> logger)
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<DatabaseId, Entry> _entries = new();
    private readonly ConcurrentDictionary<DatabaseId, byte> _suspects = new();

    public int Count => _entries.Count;

    /// <summary>The error of a quarantined database, or null when it may be tried.</summary>
    public Error? Find(DatabaseId id) => _entries.TryGetValue(id, out var entry) && clock.GetUtcNow() < entry.RetryAt ? entry.Error : null;

    /// <summary>Whether the file has to be checked before it is served.</summary>
    public bool NeedsCheck(DatabaseId id) => _suspects.ContainsKey(id) || _entries.ContainsKey(id);

    /// <summary>Something failed under this database: its file is to be checked when it is next opened.</summary>
    public void Suspect(DatabaseId id) => _suspects[id] = 0;

    /// <summary>Takes a database out of service; gives the error that its owner sees.</summary>
    public Error Add(DatabaseId id, string reason)
    {
        StorageLog.Quarantined(logger, id, reason);
        var error = new Error(ErrorCodes.Unavailable, $"The database can't be served: {reason}.")
        {
            Hint = "Its other databases are not affected. The operator has to restore the file.",
            RetryAfter = _retryAfter,
        };
        _entries[id] = new Entry(error, clock.GetUtcNow() + _retryAfter);
        return error;
    }

    /// <summary>The database was opened and is well, or it is gone.</summary>
    public void Remove(DatabaseId id)
    {
        _suspects.TryRemove(id, out _);
        if (_entries.TryRemove(id, out _))
            StorageLog.Recovered(logger, id);
    }

    private sealed record Entry(Error Error, DateTimeOffset RetryAt);
}
