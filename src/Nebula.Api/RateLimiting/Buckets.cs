namespace Nebula.Api.RateLimiting;

/// <summary>
/// The buckets of one kind of limit: the shared ones where there are any and as long as they answer, else those of this process. Thread-safe.
/// </summary>
/// <param name="kind">What is counted, a word.</param>
internal sealed class Buckets(string kind, int perMinute, ISharedBuckets? shared, TimeProvider clock) : IDisposable
{
    private readonly LocalBuckets _local = new(perMinute);
    private readonly EmptyBuckets _empty = new(clock);

    /// <summary>Takes one. Without shared buckets it is done when this returns.</summary>
    public ValueTask<BucketState> TakeAsync(string partition, CancellationToken ct) =>
        shared is { IsAvailable: true } ? TakeSharedAsync(shared, partition, ct) : new(_local.Take(partition));

    /// <summary>
    /// Whether there is none to take, as far as this process knows: of a shared bucket it knows what it was told when it last took from it. Never waits.
    /// </summary>
    public bool IsEmpty(string partition) => shared is { IsAvailable: true } ? _empty.Wait(partition) is not null : _local.IsEmpty(partition);

    public void Dispose() => _local.Dispose();

    private async ValueTask<BucketState> TakeSharedAsync(ISharedBuckets buckets, string partition, CancellationToken ct)
    {
        if (_empty.Wait(partition) is { } wait)
            return new BucketState(IsTaken: false, 0, wait);
        if (await buckets.TakeAsync(kind, partition, perMinute, ct) is not { } state)
            return _local.Take(partition);
        if (state.Left == 0)
            _empty.Remember(partition, state.RetryAfter);
        return state;
    }
}
