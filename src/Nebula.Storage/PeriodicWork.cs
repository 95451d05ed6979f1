using Microsoft.Extensions.Logging;
using Nebula.Core;

namespace Nebula.Storage;

/// <summary>Work of the background that is done again and again. Whatever becomes of it once, it is tried again the next time: nobody waits for it, so nobody would hear that it ended.</summary>
/// <param name="name">What it does, for the log.</param>
internal sealed class PeriodicWork(string name, TimeSpan interval, TimeProvider clock, ILogger logger)
{
    /// <summary>Works at each interval until it is stopped. Throws nothing.</summary>
    public Task RunAsync(Func<CancellationToken, ValueTask> work, CancellationToken ct) => RunAsync(work, isAtOnce: false, ct);

    /// <summary>The same, and at once for the first time if that is wanted.</summary>
    public async Task RunAsync(Func<CancellationToken, ValueTask> work, bool isAtOnce, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            if (isAtOnce)
                await RunOnceAsync(work, ct);
            while (await timer.WaitForNextTickAsync(ct))
                await RunOnceAsync(work, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>Works once, beside the intervals. Throws only when it is cancelled.</summary>
    public async ValueTask RunOnceAsync(Func<CancellationToken, ValueTask> work, CancellationToken ct)
    {
        try
        {
            await work(ct);
        }
        catch (UnavailableException)
        {
            // The metadata is away, as all requests say.
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            StorageLog.PeriodicWorkFailed(logger, e, name);
        }
    }
}
