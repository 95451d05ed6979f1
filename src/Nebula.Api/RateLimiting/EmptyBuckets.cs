using System.Collections.Concurrent;

namespace Nebula.Api.RateLimiting;

/// <summary>
/// Shared buckets that are known to be empty, and until when: nobody on any replica can take from them before, so asking again is of no use. That keeps
/// whoever is over a limit from costing a round trip for each request. Thread-safe.
/// </summary>
internal sealed class EmptyBuckets(TimeProvider clock)
{
    /// <summary>Addresses are cheap to come by: the memory must not grow with them. What is forgotten is asked once more.</summary>
    private const int Max = 10_000;

    private readonly ConcurrentDictionary<string, long> _until = new(StringComparer.Ordinal);

    public void Remember(string partition, TimeSpan wait)
    {
        if (_until.Count >= Max)
            _until.Clear();
        _until[partition] = clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency);
    }

    /// <summary>How long the bucket stays empty; null when it is not known to be.</summary>
    public TimeSpan? Wait(string partition)
    {
        if (!_until.TryGetValue(partition, out var until))
            return null;
        var wait = clock.GetElapsedTime(clock.GetTimestamp(), until);
        if (wait > TimeSpan.Zero)
            return wait;
        _until.TryRemove(new KeyValuePair<string, long>(partition, until));
        return null;
    }
}
