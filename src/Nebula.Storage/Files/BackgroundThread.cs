using System.Collections.Concurrent;

namespace Nebula.Storage.Files;

/// <summary>
/// A thread for work that takes long and that nobody waits for at a keyboard: backups and copies of whole databases. Where threads have a priority of their own (Linux) it gives way to those that answer
/// requests, and has what they leave of the processors. Not for work that holds a lock which a request may want: it could be held for as long as requests keep the processors busy.
/// </summary>
internal sealed class BackgroundThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _continuations = [];

    private BackgroundThread()
    {
    }

    public static Task<T> RunAsync<T>(Func<T> work) => RunAsync(() => Task.FromResult(work()));

    /// <summary>Runs on it also what follows each <c>await</c> of the work.</summary>
    public static Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => done.SetResult(new BackgroundThread().Run(work))) { Name = "nebula-background", IsBackground = true };
        thread.Start();
        return done.Task.Unwrap();
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _continuations.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            base.Post(d, state); // of something that the work did not wait for
        }
    }

    private Task<T> Run<T>(Func<Task<T>> work)
    {
        Posix.LowerThreadPriority();
        SetSynchronizationContext(this);
        var working = Start(work);
        working.ContinueWith(_ => _continuations.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var (callback, state) in _continuations.GetConsumingEnumerable())
            callback(state);
        return working;
    }

    private static async Task<T> Start<T>(Func<Task<T>> work) => await work();
}
