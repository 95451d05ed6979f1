using Nebula.Core.Accounts;

namespace Nebula.Core.Background;

/// <summary>
/// Work that a request waits two seconds for. Then it goes on by itself, and it is kept how far it is, for whoever asked to look at. Disposing breaks off what is under way, and waits for it. Thread-safe.
/// </summary>
/// <typeparam name="TKey">What there is one at a time for.</typeparam>
/// <param name="most">How many there are at once in this server.</param>
/// <param name="mostOfOne">How many of them are one account's, so that others come to their turn too.</param>
/// <param name="busy">Told where one is under way for the key, or as many as there may be at all or of the account.</param>
/// <param name="report">Hears of a fault that nobody waits for.</param>
public sealed class BackgroundWork<TKey>(int most, int mostOfOne, Error busy, TimeProvider clock, Action<Exception> report) : IAsyncDisposable
    where TKey : notnull
{
    /// <summary>How long a request waits.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>How often it is noted how far one is, if it got on.</summary>
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(1);

    /// <summary>How often it is noted that one is under way.</summary>
    private static readonly TimeSpan _longestBeat = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<Task> _followed = [];
    private readonly Dictionary<TKey, UserId> _keys = [];
    private readonly Lock _lock = new();

    /// <summary>Begins the work, and gives what it made if that is there soon. Fails with busy, with unavailable when the server stops, or as the work does.</summary>
    /// <param name="work">Is cancelled when the server stops, not when whoever asked goes.</param>
    /// <param name="keep">Keeps how far it is. Not called for what is soon there.</param>
    public async ValueTask<Result<WorkStart<T>>> StartAsync<T>(
        TKey key, UserId owner, Func<IProgress<double>, CancellationToken, ValueTask<Result<T>>> work, Func<WorkStatus, ValueTask> keep, CancellationToken ct)
        where T : class
    {
        if (!TryEnter(key, owner))
            return busy;
        var progress = new LatestProgress();
        var working = RunAsync(key, work, progress);
        Follow(working);
        if (await IsDoneAsync(working, _patience, ct))
        {
            try
            {
                return (await working).TryGet(out var made, out var error) ? new WorkStart<T>(made, null) : error;
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return Stopped;
            }
        }

        var status = new WorkStatus(WorkState.Running, clock.GetUtcNow()) { Progress = progress.Value };
        try
        {
            // Before it is followed, so that what came of it is written over this and not the other way round.
            await keep(status);
        }
        finally
        {
            Follow(FollowAsync(working, progress, keep)); // also when that failed: the work goes on
        }

        return new WorkStart<T>(null, status);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Task[] followed;
        lock (_lock)
            followed = [.. _followed];
        await Task.WhenAll(followed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // whoever asked hears of what failed
        _ending.Dispose();
    }

    private async Task<Result<T>> RunAsync<T>(TKey key, Func<IProgress<double>, CancellationToken, ValueTask<Result<T>>> work, LatestProgress progress)
    {
        try
        {
            await Task.Yield(); // the request waits apart from it
            return await work(progress, _ending.Token);
        }
        finally
        {
            Leave(key);
        }
    }

    /// <summary>Notes how far it is until it is over, and then what came of it. Throws nothing.</summary>
    private async Task FollowAsync<T>(Task<Result<T>> working, LatestProgress progress, Func<WorkStatus, ValueTask> keep)
    {
        var (told, at) = (progress.Value, clock.GetTimestamp());
        while (!await IsDoneAsync(working, _beat, CancellationToken.None))
        {
            if (progress.Value == told && clock.GetElapsedTime(at) < _longestBeat)
                continue;
            (told, at) = (progress.Value, clock.GetTimestamp());
            await TryKeepAsync(new WorkStatus(WorkState.Running, clock.GetUtcNow()) { Progress = told }, keep);
        }

        var failure = await FindFailureAsync(working);
        while (!await TryKeepAsync(Ended(failure, progress.Value), keep) && !_ending.IsCancellationRequested)
            await Task.WhenAny(Task.Delay(_longestBeat, clock, _ending.Token));
    }

    private WorkStatus Ended(Error? failure, double? progress) => failure is null
        ? new(WorkState.Done, clock.GetUtcNow()) { Progress = 1 }
        : new(WorkState.Failed, clock.GetUtcNow()) { Progress = progress, Failure = failure };

    private async Task<Error?> FindFailureAsync<T>(Task<Result<T>> working)
    {
        try
        {
            return (await working).TryGet(out _, out var error) ? null : error;
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return Stopped;
        }
        catch (Exception e)
        {
            report(e);
            return e is UnavailableException known ? known.Error : new Error(ErrorCodes.Internal, "Something went wrong on the server.");
        }
    }

    private async Task<bool> TryKeepAsync(WorkStatus status, Func<WorkStatus, ValueTask> keep)
    {
        try
        {
            await keep(status);
            return true;
        }
        catch (UnavailableException)
        {
            return false;
        }
        catch (Exception e)
        {
            report(e);
            return false;
        }
    }

    private bool TryEnter(TKey key, UserId owner)
    {
        lock (_lock)
            return _keys.Count < most && _keys.Values.Count(o => o == owner) < mostOfOne && _keys.TryAdd(key, owner);
    }

    private void Leave(TKey key)
    {
        lock (_lock)
            _keys.Remove(key);
    }

    private async ValueTask<bool> IsDoneAsync(Task working, TimeSpan patience, CancellationToken ct)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var first = await Task.WhenAny(working, Task.Delay(patience, clock, waiting.Token));
        await waiting.CancelAsync();
        return first == working;
    }

    private void Follow(Task task)
    {
        lock (_lock)
            _followed.Add(task);
        _ = task.ContinueWith(
            ended =>
            {
                lock (_lock)
                    _followed.Remove(ended);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private static Error Stopped { get; } = new(ErrorCodes.Unavailable, "The server stopped.") { Hint = "Ask for it again.", RetryAfter = TimeSpan.FromSeconds(5) };
}
