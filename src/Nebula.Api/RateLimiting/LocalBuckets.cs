using System.Threading.RateLimiting;

namespace Nebula.Api.RateLimiting;

/// <summary>The buckets of this process alone. Thread-safe.</summary>
internal sealed class LocalBuckets(int perMinute) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _buckets = PartitionedRateLimiter.Create<string, string>(
        partition => RateLimitPartition.GetTokenBucketLimiter(partition, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            // One by one where that is no finer than the limiter's clock of 100 ms; beyond it a second's worth at once.
            TokensPerPeriod = perMinute <= 600 ? 1 : (perMinute + 59) / 60,
            ReplenishmentPeriod = TimeSpan.FromSeconds(perMinute <= 600 ? 60.0 / perMinute : 1),
            QueueLimit = 0,
        }),
        StringComparer.Ordinal);

    public BucketState Take(string partition)
    {
        using var lease = _buckets.AttemptAcquire(partition);
        return new BucketState(lease.IsAcquired, Left(partition), lease.IsAcquired ? TimeSpan.Zero : Wait(lease));
    }

    public bool IsEmpty(string partition) => _buckets.GetStatistics(partition) is { CurrentAvailablePermits: <= 0 };

    public void Dispose() => _buckets.Dispose();

    private int Left(string partition) => (int)Math.Max(0, _buckets.GetStatistics(partition)?.CurrentAvailablePermits ?? 0);

    private static TimeSpan Wait(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
}
