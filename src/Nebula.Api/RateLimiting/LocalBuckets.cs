using System.Threading.RateLimiting;

namespace Nebula.Api.RateLimiting;

/// <summary>The buckets of this process alone. Thread-safe.</summary>
internal sealed class LocalBuckets : IDisposable
{
    private readonly PartitionedRateLimiter<Key> _buckets = PartitionedRateLimiter.Create<Key, Key>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, static key => new TokenBucketRateLimiterOptions
        {
            TokenLimit = key.PerMinute,
            // One by one where that is no finer than the limiter's clock of 100 ms; beyond it a second's worth at once.
            TokensPerPeriod = key.PerMinute <= 600 ? 1 : (key.PerMinute + 59) / 60,
            ReplenishmentPeriod = TimeSpan.FromSeconds(key.PerMinute <= 600 ? 60.0 / key.PerMinute : 1),
            QueueLimit = 0,
        }));

    public BucketState Take(string partition, int perMinute)
    {
        var key = new Key(partition, perMinute);
        using var lease = _buckets.AttemptAcquire(key);
        return new BucketState(lease.IsAcquired, Left(key), lease.IsAcquired ? TimeSpan.Zero : Wait(lease));
    }

    public bool IsEmpty(string partition, int perMinute) => _buckets.GetStatistics(new Key(partition, perMinute)) is { CurrentAvailablePermits: <= 0 };

    public void Dispose() => _buckets.Dispose();

    private int Left(Key key) => (int)Math.Max(0, _buckets.GetStatistics(key)?.CurrentAvailablePermits ?? 0);

    private static TimeSpan Wait(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);

    /// <summary>A bucket of another size is another one: who is allowed more begins anew.</summary>
    private readonly record struct Key(string Partition, int PerMinute);
}
