using System.Collections.Concurrent;

namespace Nebula.Core.Caching;

/// <summary>
/// Keeps what was looked up in the metadata so that a request costs no look-up. Bounded: when it is full it starts again from nothing,
/// which costs each live entry one look-up. Thread-safe.
/// </summary>
/// <remarks>
/// A value read before an invalidation must not be kept after it. So a reader notes the epoch before it looks up, and its value is
/// kept only if the epoch is still the same.
/// </remarks>
public sealed class EpochCache<TKey, TValue>(int capacity, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, TValue> _values = new(comparer);
    private readonly Lock _writing = new();
    private long _epoch;
    private int _count;

    /// <summary>What is kept at this moment.</summary>
    public IEnumerable<TValue> Values => _values.Values;

    public bool TryGet(TKey key, out TValue? value) => _values.TryGetValue(key, out value);

    /// <summary>Gives the kept value, or looks it up; null is not kept, so that what comes into being is seen at once.</summary>
    public ValueTask<TValue?> GetAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue?>> find, CancellationToken ct) =>
        _values.TryGetValue(key, out var value) ? new(value) : FindAsync(key, find, ct);

    /// <summary>Drops one entry; look-ups that are under way are not kept.</summary>
    public void Invalidate(TKey key)
    {
        lock (_writing)
        {
            _epoch++;
            if (_values.TryRemove(key, out _))
                _count--;
        }
    }

    /// <summary>Drops everything; look-ups that are under way are not kept.</summary>
    public void Clear()
    {
        lock (_writing)
        {
            _epoch++;
            _values.Clear();
            _count = 0;
        }
    }

    private async ValueTask<TValue?> FindAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue?>> find, CancellationToken ct)
    {
        var epoch = Volatile.Read(ref _epoch);
        var value = await find(key, ct);
        return value is null ? null : Keep(key, value, epoch);
    }

    private TValue Keep(TKey key, TValue value, long epoch)
    {
        lock (_writing)
        {
            if (_epoch != epoch)
                return value;
            if (_count >= capacity)
            {
                _values.Clear();
                _count = 0;
            }

            if (_values.TryAdd(key, value))
            {
                _count++;
                return value;
            }

            return _values[key]; // the first reader's instance wins, so that a revocation reaches everyone
        }
    }
}
