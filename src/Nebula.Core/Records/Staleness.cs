namespace Nebula.Core.Records;

/// <summary>Tries again what found its table changed underneath: each attempt opens the table anew.</summary>
internal static class Staleness
{
    /// <summary>A schema that changes faster than this is answered with a conflict. Several changes of one table at once each find it changed by those before, and now and then what is kept of it is a moment old.</summary>
    private const int MaxAttempts = 10;

    /// <summary>Whether an outcome is to be tried again.</summary>
    /// <param name="attempt">From 1 on.</param>
    public static bool IsStale<T>(Result<T> outcome, int attempt) =>
        attempt < MaxAttempts && !outcome.TryGet(out _, out var error) && ReferenceEquals(error, Error.StaleTable);

    public static async ValueTask<Result<T>> RetryAsync<T>(Func<ValueTask<Result<T>>> run, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            ct.ThrowIfCancellationRequested();
            var outcome = await run();
            if (!IsStale(outcome, attempt))
                return outcome;
        }
    }
}
