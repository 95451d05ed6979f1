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

    /// <summary>Ends everyone who came with this key, also requests that wait in a queue.</summary>
    internal void Revoke(string lookupKey) => _callers.Invalidate(lookupKey)?.Revocation.Revoke();

    /// <summary>Ends everyone who came with a key of this database.</summary>
    internal void RevokeAllOf(DatabaseId database)
    {
        foreach (var caller in _callers.Invalidate(caller => caller.DatabaseId == database))
            caller.Revocation.Revoke();
    }
}
