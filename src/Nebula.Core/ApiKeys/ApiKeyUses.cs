using System.Collections.Concurrent;

namespace Nebula.Core.ApiKeys;

/// <summary>
/// When each key was last used, in memory until it is written out together: a write per request would cost more than the request. What a
/// crash loses is a minute of "last used". Thread-safe.
/// </summary>
public sealed class ApiKeyUses(IApiKeyStore store, TimeProvider clock)
{
    private readonly ConcurrentDictionary<ApiKeyId, long> _lastUsed = new();

    internal void Note(ApiKeyId key)
    {
        // To the second is enough, and leaves the dictionary alone for most requests.
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (!_lastUsed.TryGetValue(key, out var last) || last != now)
            _lastUsed[key] = now;
    }

    /// <summary>Writes out what was noted since the last time.</summary>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        if (_lastUsed.IsEmpty)
            return;

        var uses = new List<(ApiKeyId, DateTimeOffset)>();
        foreach (var (key, _) in _lastUsed)
        {
            if (_lastUsed.TryRemove(key, out var at))
                uses.Add((key, DateTimeOffset.FromUnixTimeSeconds(at)));
        }

        try
        {
            await store.NoteUseAsync(uses, ct);
        }
        catch
        {
            foreach (var (key, at) in uses)
                _lastUsed.TryAdd(key, at.ToUnixTimeSeconds()); // for the next time; a newer one stays
            throw;
        }
    }

    /// <summary>The keys with what is not written out yet.</summary>
    internal IReadOnlyList<ApiKey> Overlay(IReadOnlyList<ApiKey> keys) =>
        [.. keys.Select(key => _lastUsed.TryGetValue(key.Id, out var at) ? key with { LastUsedAt = DateTimeOffset.FromUnixTimeSeconds(at) } : key)];
}
