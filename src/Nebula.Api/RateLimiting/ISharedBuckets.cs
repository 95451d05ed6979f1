namespace Nebula.Api.RateLimiting;

/// <summary>
/// Buckets that all replicas of a server take from, kept in a process of their own. Given by whoever wires the server, since the API knows no
/// driver. Thread-safe.
/// </summary>
public interface ISharedBuckets
{
    /// <summary>Whether they answer. Where they don't, each replica counts by itself; it changes back without being asked.</summary>
    bool IsAvailable { get; }

    /// <summary>
    /// Takes one from a bucket in one round trip. Null when the buckets are not available, which is known at once or, the first time, within a
    /// tenth of a second: the caller counts by itself then. Throws nothing.
    /// </summary>
    /// <param name="kind">What is counted, a word.</param>
    /// <param name="partition">Whom it is counted for. May be personal: it is kept in no form that it could be read from.</param>
    /// <param name="perMinute">What the bucket holds, and what flows into it evenly in a minute.</param>
    ValueTask<BucketState?> TakeAsync(string kind, string partition, int perMinute, CancellationToken ct);
}
