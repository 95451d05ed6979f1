using System.Diagnostics.CodeAnalysis;

namespace Nebula.Core;

/// <summary>Lets one in at a time and the others wait without a thread. Not for the way of a request that reads: it is one line for all.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing that must be given back.")]
internal sealed class AsyncLock
{
    private readonly SemaphoreSlim _free = new(1);

    /// <summary>Waits for one's turn, which ends when the result is disposed.</summary>
    public async ValueTask<Turn> EnterAsync(CancellationToken ct)
    {
        await _free.WaitAsync(ct);
        return new Turn(_free);
    }

    public readonly struct Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
