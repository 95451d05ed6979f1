namespace Nebula.Core.Tests.Fakes;

/// <summary>Once closed, holds the next one who passes, so that a test can act in the middle of what that one does. Everybody else passes.</summary>
internal sealed class Gate
{
    private TaskCompletionSource? _closed;
    private TaskCompletionSource _released = new();
    private TaskCompletionSource _arrived = new();

    public void Close()
    {
        _closed = _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Open() => _released.TrySetResult();

    /// <summary>Completes when somebody stands before the closed gate.</summary>
    public Task ArrivedAsync(CancellationToken ct) => _arrived.Task.WaitAsync(TimeSpan.FromSeconds(10), ct);

    public async Task PassAsync(CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _closed, null) is not { } closed)
            return;
        _arrived.TrySetResult();
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), ct);
    }
}
