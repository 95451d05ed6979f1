namespace Nebula.Api.Http;

/// <summary>What one request holds of the <see cref="HeldMemory"/>. Used by one thread at a time. Disposing gives it back.</summary>
/// <param name="who">Whose share it counts for; null for nobody's.</param>
internal sealed class HeldBytes(HeldMemory memory, object? who) : IDisposable
{
    public long Count { get; private set; }

    /// <summary>Is cancelled when the time is over in which more may come.</summary>
    public CancellationTokenSource StartDeadline(TimeSpan after) => new(after, memory.Clock);

    /// <summary>Adds bytes if there is room for them.</summary>
    public bool TryTake(long bytes)
    {
        if (!memory.TryTake(who, bytes, Count))
            return false;
        Count += bytes;
        return true;
    }

    /// <summary>Adds bytes that are there already, whether there is room or not.</summary>
    public void Take(long bytes)
    {
        memory.Take(who, bytes);
        Count += bytes;
    }

    public void Dispose()
    {
        if (Count > 0)
            memory.Take(who, -Count);
        Count = 0;
    }
}
