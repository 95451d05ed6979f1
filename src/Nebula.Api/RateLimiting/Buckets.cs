namespace Nebula.Api.RateLimiting;

/// <summary>
/// The buckets of one kind of limit: the shared ones where there are any and as long as they answer, else those of this process. Thread-safe.
/// </summary>
/// <param name="kind">What is counted, a word.</param>
internal sealed class Buckets(string kind, ISharedBuckets? shared, TimeProvider clock) : IDisposable
{
    private readonly LocalBuckets _local = new();
    private readonly EmptyBuckets _empty = new(clock);

    /// <summary>Takes one. Without shared buckets it is done when this returns.</summary>
    /// <param name="perMinute">What the bucket holds, and what flows into it in a minute.</param>
    public ValueTask<BucketState> TakeAsync(string partition, int perMinute, CancellationToken ct) =>
        shared is { IsAvailable: true } ? TakeSharedAsync(shared, partition, perMinute, ct) : new(_local.Take(partition, perMinute));

    /// <summary>
    /// Whether there is none to take, as far as this process knows: of a shared bucket it knows what it was told when it last took from it. Never waits.
    /// </summary>
    public bool IsEmpty(string partition, int perMinute) => shared is { IsAvailable: true } ? _empty.Wait(partition) is not null : _local.IsEmpty(partition, perMinute);

    public void Dispose() => _local.Dispose();

    private async ValueTask<BucketState> TakeSharedAsync(ISharedBuckets buckets, string partition, int perMinute, CancellationToken ct)
    {
        if (_empty.Wait(partition) is { } wait)
            return new BucketState(IsTaken: false, 0, wait);
        if (await buckets.TakeAsync(kind, partition, perMinute, ct) is not { } state)
            return _local.Take(partition, perMinute);
        if (state.Left == 0)
            _empty.Remember(partition, state.RetryAfter);
        return state;
    }
}
