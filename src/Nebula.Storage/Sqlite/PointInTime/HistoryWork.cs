namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>Work of the background on many histories: on so many at once, and never twice at once on the same. What takes long for one holds up none of the others. Used by one task.</summary>
/// <param name="work">Throws nothing but that it was cancelled.</param>
internal sealed class HistoryWork(int atOnce, Func<WalHistory, CancellationToken, ValueTask> work) : IAsyncDisposable
{
    private readonly SemaphoreSlim _places = new(atOnce);
    private readonly Dictionary<WalHistory, Task> _underWay = [];

    /// <summary>Begins it for each of these for which it is not under way, and waits for none.</summary>
    public void Begin(IEnumerable<WalHistory> histories, CancellationToken ct)
    {
        foreach (var history in histories)
        {
            if (!_underWay.TryGetValue(history, out var task) || task.IsCompleted)
                _underWay[history] = Task.Run(() => RunAsync(history, ct), CancellationToken.None);
        }
    }

    /// <summary>Waits for what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_underWay.Values);
        _places.Dispose();
    }

    private async Task RunAsync(WalHistory history, CancellationToken ct)
    {
        try
        {
            await _places.WaitAsync(ct);
            try
            {
                await work(history, ct);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
