namespace Nebula.Core.Records;

/// <summary>Tries again what found its table changed underneath: each attempt opens the table anew.</summary>
internal static class Staleness
{
    /// <summary>A schema that changes faster than this is answered with a conflict.</summary>
    private const int MaxAttempts = 5;

    public static async ValueTask<Result<T>> RetryAsync<T>(Func<ValueTask<Result<T>>> attempt)
    {
        for (var left = MaxAttempts; ; left--)
        {
            var outcome = await attempt();
            if (left == 1 || outcome.TryGet(out _, out var error) || !ReferenceEquals(error, Error.StaleTable))
                return outcome;
        }
    }
}
