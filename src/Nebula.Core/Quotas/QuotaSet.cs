namespace Nebula.Core.Quotas;

/// <summary>A bound for each quota; none by default. Immutable.</summary>
public sealed class QuotaSet
{
    private readonly long[] _bounds;

    private QuotaSet(long[] bounds) => _bounds = bounds;

    /// <summary>Without any bound.</summary>
    public static QuotaSet Unlimited { get; } = new(new long[QuotaNames.All.Count]);

    /// <summary>The bound of a quota; null where there is none.</summary>
    public long? this[Quota quota] => _bounds[(int)quota] is > 0 and var bound ? bound : null;

    /// <summary>This with other bounds; 0 takes one away.</summary>
    public QuotaSet With(IEnumerable<KeyValuePair<Quota, long>> bounds)
    {
        var changed = (long[])_bounds.Clone();
        foreach (var (quota, bound) in bounds)
            changed[(int)quota] = bound;
        return new QuotaSet(changed);
    }

    /// <summary>The error for what would go beyond a bound; null for what keeps within.</summary>
    /// <param name="wanted">How many there would be.</param>
    public Error? Check(Quota quota, long wanted) => this[quota] is { } bound && wanted > bound ? QuotaErrors.Exceeded(quota, bound, wanted) : null;
}
