namespace Nebula.Api.RateLimiting;

/// <summary>A bucket after somebody wanted one from it.</summary>
/// <param name="IsTaken">Whether there was one.</param>
/// <param name="Left">How many can be taken now.</param>
/// <param name="RetryAfter">When the next one can be taken; of meaning where <paramref name="Left"/> is 0.</param>
public readonly record struct BucketState(bool IsTaken, int Left, TimeSpan RetryAfter);
