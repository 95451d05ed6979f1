using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Nebula.Storage.Files;

/// <summary>
/// A thread for work that takes long, such as copying, compressing or checking a whole database. Where threads have a priority of their own (Linux) it gives way to those that answer requests: who waits for such
/// work waits longer while they keep the processors busy. What it runs is synchronous and queues nothing to the pool: a thread inherits the priority of the one that makes it, and one of the pool would keep it for good.
/// So what came of the work is handed over by another thread. Thread-safe.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "A collection whose wait handles nobody asks for holds nothing that must be given back, and the thread looks at it last.")]
internal sealed class BackgroundThread : IDisposable
{
    // Never disposed: its thread lives as long as the process.
    private static readonly BlockingCollection<Action> _handedOver = [];

    private readonly BlockingCollection<Action> _work = [];

    static BackgroundThread() => Start("nebula-results", () => Run(_handedOver));

    public BackgroundThread() => Start("nebula-background", () =>
    {
        Posix.LowerThreadPriority();
        Run(_work);
    });

    /// <summary>Runs one piece of work on a thread of its own.</summary>
    public static async Task<T> RunOnceAsync<T>(Func<T> work, CancellationToken ct)
    {
        using var thread = new BackgroundThread();
        return await thread.RunAsync(work, ct);
    }

    /// <summary>Runs what is asynchronous elsewhere, and blocks the calling thread, one of these, until it is done.</summary>
    public static T Await<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<Task<T>>();
        _handedOver.Add(() => done.SetResult(Start(work)));
        return done.Task.Unwrap().GetAwaiter().GetResult();
    }

    /// <summary>Blocks the calling thread, one of these.</summary>
    public static void Pause(TimeSpan time) => Thread.Sleep(time);

    /// <summary>Runs it after what was asked for before.</summary>
    /// <param name="ct">For what has not begun yet.</param>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken ct)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => _handedOver.Add(Try(work, done, ct)), CancellationToken.None);
        return done.Task;
    }

    /// <summary>The same for what is asynchronous in form only, since all that it awaits is done already: were something not, the thread would block.</summary>
    public Task<T> RunToEndAsync<T>(Func<ValueTask<T>> work, CancellationToken ct) => RunAsync(() => work().AsTask().GetAwaiter().GetResult(), ct);

    /// <summary>The thread ends when it has done what it was asked for.</summary>
    public void Dispose() => _work.CompleteAdding();

    private static Action Try<T>(Func<T> work, TaskCompletionSource<T> done, CancellationToken ct)
    {
        try
        {
            ct.ThrowIfCancellationRequested();
            var made = work();
            return () => done.SetResult(made);
        }
        catch (OperationCanceledException e)
        {
            return () => done.SetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            return () => done.SetException(e);
        }
    }

    private static Task<T> Start<T>(Func<Task<T>> work)
    {
        try
        {
            return work();
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e); // for who waits, not for this thread
        }
    }

    private static void Run(BlockingCollection<Action> work)
    {
        foreach (var next in work.GetConsumingEnumerable())
            next();
    }

    private static void Start(string name, ThreadStart run) => new Thread(run) { Name = name, IsBackground = true }.Start();
}
