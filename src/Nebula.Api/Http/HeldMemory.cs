using System.Runtime.InteropServices;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>
/// What large bodies and answers hold in memory at once, all requests together: however many slow clients send or read them, the rest of the server has its memory. One account, or one database by its keys, has
/// half of it at most. Thread-safe.
/// </summary>
/// <param name="maxBytes">As much as is held; one request alone may hold more, so that nothing is refused for ever.</param>
/// <param name="clock">What the time that a request has is measured by.</param>
internal sealed class HeldMemory(long maxBytes, TimeProvider clock)
{
    /// <summary>Up to here nothing is counted: as much waits in the buffers of every connection anyway.</summary>
    public const int UncountedBytes = 64 * 1024;

    private const int ShareOfMemory = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<object, long> _heldBy = [];

    public TimeProvider Clock => clock;

    /// <summary>In bytes.</summary>
    public long Held { get; private set; }

    /// <summary>What is to be answered when there is no room.</summary>
    public static Error Exhausted { get; } = new(ErrorCodes.Busy, "As many large bodies and answers as the server holds at once are under way.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
        Hint = "Send the request again, or send or ask for less at once.",
    };

    /// <summary>With a bound of 0: a share of what the process may use.</summary>
    public static HeldMemory Of(ApiOptions options, TimeProvider clock) =>
        new(options.MaxHeldBytes > 0 ? options.MaxHeldBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory, clock);

    /// <summary>Nothing yet of a request, to which more is added.</summary>
    public HeldBytes Begin(Caller? caller) => new(this, caller switch
    {
        AccountCaller account => account.Id,
        KeyCaller key => key.Key.DatabaseId,
        _ => null,
    });

    /// <param name="own">What the same request holds already.</param>
    public bool TryTake(object? who, long bytes, long own)
    {
        lock (_lock)
        {
            if (Held > own && Held + bytes > maxBytes)
                return false;
            if (who is not null && _heldBy.GetValueOrDefault(who) is var its && its > own && its + bytes > maxBytes / 2)
                return false;
            Add(who, bytes);
            return true;
        }
    }

    public void Take(object? who, long bytes)
    {
        lock (_lock)
            Add(who, bytes);
    }

    private void Add(object? who, long bytes)
    {
        Held += bytes;
        if (who is null)
            return;
        ref var its = ref CollectionsMarshal.GetValueRefOrAddDefault(_heldBy, who, out _);
        its += bytes;
        if (its == 0)
            _heldBy.Remove(who);
    }
}
