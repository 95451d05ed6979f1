using System.Collections.Concurrent;

namespace Nebula.Core.Caching;

/// <summary>
/// Keeps what was looked up in the metadata so that a request costs no look-up. Bounded: when it is full it starts again from nothing,
/// which costs each live entry one look-up. Thread-safe.
/// </summary>
/// <remarks>
/// A value read before an invalidation must not be kept after it. So a reader notes the epoch before it looks up, and its value is
/// kept only if the epoch is still the same; otherwise it looks up again. What is handed out is therefore what is kept, so that whoever
/// invalidates it gets hold of everybody who has it.
/// </remarks>
public sealed class EpochCache<TKey, TValue>(int capacity, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
    where TValue : class
{
    /// <summary>How often a look-up is made that invalidations overtake; those that never stop must not hold a reader for ever.</summary>
    private const int MaxAttempts = 5;

    private readonly ConcurrentDictionary<TKey, TValue> _values = new(comparer);
    private readonly Lock _writing = new();
    private long _epoch;
    private int _count;

    /// <summary>What is kept at this moment; for tests.</summary>
    internal IEnumerable<TValue> Values => _values.Values;

    public bool TryGet(TKey key, out TValue? value) => _values.TryGetValue(key, out value);

    /// <summary>Gives the kept value, or looks it up; null is not kept, so that what comes into being is seen at once.</summary>
    public ValueTask<TValue?> GetAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue?>> find, CancellationToken ct) =>
        _values.TryGetValue(key, out var value) ? new(value) : FindAsync(key, find, ct);

    /// <summary>Keeps nothing that is being looked up at this moment; what is kept already stays.</summary>
    public void Renew()
    {
        lock (_writing)
            _epoch++;
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

    /// <summary>Drops one entry and gives it, if there was one; look-ups that are under way are not kept.</summary>
    public TValue? Invalidate(TKey key)
    {
        lock (_writing)
        {
            _epoch++;
            if (_values.TryRemove(key, out var dropped))
                _count--;
            return dropped;
        }
    }

    /// <summary>Drops the entries that match and gives them; look-ups that are under way are not kept.</summary>
    public IReadOnlyList<TValue> Invalidate(Func<TValue, bool> match)
    {
        lock (_writing)
        {
            _epoch++;
            var dropped = new List<TValue>();
            foreach (var (key, value) in _values)
            {
                if (match(value) && _values.TryRemove(key, out _))
                    dropped.Add(value);
            }

            _count -= dropped.Count;
            return dropped;
        }
    }

    private async ValueTask<TValue?> FindAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue?>> find, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var epoch = Volatile.Read(ref _epoch);
            if (await find(key, ct) is not { } value)
                return null;
            if (Keep(key, value, epoch) is { } kept)
                return kept;
            if (attempt == MaxAttempts)
                return value;
        }
    }

    /// <summary>Keeps a value and gives the one that is kept; null when an invalidation came first.</summary>
    private TValue? Keep(TKey key, TValue value, long epoch)
    {
        lock (_writing)
        {
            if (_epoch != epoch)
                return null;
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
