using System.Net.Http.Headers;

namespace LoadSqlite.Server;

/// <summary>
/// The time until which nothing is sent. One for all requests: what the server said to one of them holds for the others too, and each
/// of them finding out for itself would only be more load. Thread-safe.
/// </summary>
internal sealed class Pause(TimeProvider time)
{
    private long _untilTicks;

    /// <summary>How long it still lasts; zero if it is over.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var ticks = Interlocked.Read(ref _untilTicks) - time.GetUtcNow().UtcTicks;
            return ticks > 0 ? TimeSpan.FromTicks(ticks) : TimeSpan.Zero;
        }
    }

    /// <summary>Begins a pause, or makes the present one longer, never shorter.</summary>
    public void Begin(TimeSpan length)
    {
        var until = (time.GetUtcNow() + length).UtcTicks;
        var current = Interlocked.Read(ref _untilTicks);
        while (current < until && Interlocked.CompareExchange(ref _untilTicks, until, current) is var seen && seen != current)
            current = seen;
    }

    /// <summary>
    /// Begins the pause that an answer asks for in <c>Retry-After</c> (seconds or a date to come), or else one that grows with the attempts.
    /// </summary>
    public void Begin(RetryConditionHeaderValue? retryAfter, int attempt)
    {
        var asked = retryAfter?.Delta ?? retryAfter?.Date - time.GetUtcNow();
        Begin(asked > TimeSpan.Zero ? asked.Value : Growing(attempt));
    }

    public async Task WaitAsync(CancellationToken ct)
    {
        while (Remaining is { Ticks: > 0 } remaining)
            await Task.Delay(remaining, time, ct);
    }

    private static TimeSpan Growing(int attempt) => TimeSpan.FromMilliseconds(Math.Min(5_000, 100 * Math.Pow(2, attempt)));
}
