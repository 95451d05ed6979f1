using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>
/// What large bodies and answers hold in memory at once, all requests together: however many slow clients send or read them, the rest of the server has its memory. Thread-safe.
/// </summary>
/// <param name="maxBytes">As much as is held; one alone may be larger, so that nothing is refused for ever.</param>
internal sealed class HeldMemory(long maxBytes)
{
    /// <summary>Up to here nothing is counted: as much waits in the buffers of every connection anyway.</summary>
    public const int UncountedBytes = 64 * 1024;

    private const int ShareOfMemory = 4;

    private long _held;

    /// <summary>What is to be answered when there is no room.</summary>
    public static Error Exhausted { get; } = new(ErrorCodes.Busy, "As many large bodies and answers as the server holds at once are under way.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
        Hint = "Send the request again, or send or ask for less at once.",
    };

    /// <summary>With a bound of 0: a share of what the process may use.</summary>
    public static HeldMemory Of(ApiOptions options) =>
        new(options.MaxHeldBytes > 0 ? options.MaxHeldBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory);

    /// <summary>Counts bytes if there is room for them.</summary>
    /// <param name="own">What the same request holds already.</param>
    public bool TryTake(long bytes, long own = 0)
    {
        var held = Interlocked.Read(ref _held);
        while (held + bytes <= maxBytes || held <= own)
        {
            var seen = Interlocked.CompareExchange(ref _held, held + bytes, held);
            if (seen == held)
                return true;
            held = seen;
        }

        return false;
    }

    /// <summary>Counts bytes that are there already, whether there is room or not.</summary>
    public void Take(long bytes) => Interlocked.Add(ref _held, bytes);

    public void GiveBack(long bytes) => Interlocked.Add(ref _held, -bytes);
}
