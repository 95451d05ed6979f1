using Nebula.Core.Caching;
using Nebula.Core.Databases;

namespace Nebula.Core.ApiKeys;

/// <summary>The callers that keys stand for, found by look-up key, so that a request with a key costs no query. Thread-safe.</summary>
public sealed class ApiKeyCache
{
    private readonly EpochCache<string, KeyCaller> _callers = new(capacity: 100_000, StringComparer.Ordinal);

    internal KeyCaller? Find(string lookupKey) => _callers.TryGet(lookupKey, out var caller) ? caller : null;

    internal ValueTask<KeyCaller?> GetAsync(string lookupKey, Func<string, CancellationToken, ValueTask<KeyCaller?>> find, CancellationToken ct) =>
        _callers.GetAsync(lookupKey, find, ct);

    /// <summary>Forgets look-ups that are under way, and gives who came with this key before.</summary>
    internal KeyCaller? Renew(string lookupKey)
    {
        _callers.Renew();
        return Find(lookupKey);
    }

    /// <summary>Forgets everyone without ending anyone.</summary>
    internal void Clear() => _callers.Clear();

    /// <summary>Ends everyone who came with this key, also requests that wait in a queue.</summary>
    internal void Revoke(string lookupKey) => _callers.Invalidate(lookupKey)?.Revocation.Revoke();

    /// <summary>Ends everyone who came with a key of this database.</summary>
    internal void RevokeAllOf(DatabaseId database)
    {
        foreach (var caller in _callers.Invalidate(caller => caller.DatabaseId == database))
            caller.Revocation.Revoke();
    }
}
