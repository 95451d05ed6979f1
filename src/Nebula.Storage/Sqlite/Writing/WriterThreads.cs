using System.Collections.Concurrent;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// The threads that writers of all databases share. Own threads, because a writer sits in a sync of the disk most of its time, and a thread of the pool that
/// sits there is one less for requests. A writer runs one batch and then queues again behind the others.
/// </summary>
internal sealed class WriterThreads : IDisposable
{
    // More than cores: they wait for the disk, which syncs several files at once.
    private static readonly int _count = Math.Clamp(Environment.ProcessorCount * 2, 4, 16);

    /// <summary>How many operations that may take any time are run at once, so that as many threads are left for all others.</summary>
    public static int MaxLongOperations => _count / 2;

    private static readonly TimeSpan _lookInterval = TimeSpan.FromMilliseconds(50);

    private readonly BlockingCollection<GroupCommitWriter> _ready = [];
    private readonly GroupCommitWriter?[] _running = new GroupCommitWriter?[_count];
    private readonly Thread[] _threads;
    private readonly Timer _looker;

    public WriterThreads()
    {
        _threads = [.. Enumerable.Range(0, _count).Select(i => new Thread(() => Run(i)) { Name = $"nebula-writer-{i + 1}", IsBackground = true })];
        foreach (var thread in _threads)
            thread.Start();

        // By the same clock as the deadlines of writes, which is not the one that tests turn.
        _looker = new Timer(_ => GiveUpExpired(), null, _lookInterval, _lookInterval);
    }

    /// <summary>Lets a writer run a batch; false at the end of the server, when no thread will run it.</summary>
    public bool TryPost(GroupCommitWriter writer)
    {
        try
        {
            return _ready.TryAdd(writer);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // Thrown on a thread of the pool or of a writer, this would end the process before its files are closed.
            return false;
        }
    }

    public void Dispose()
    {
        using (var isOver = new ManualResetEvent(false))
        {
            if (_looker.Dispose(isOver))
                isOver.WaitOne();
        }

        _ready.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _ready.Dispose();
    }

    private void Run(int thread)
    {
        foreach (var writer in _ready.GetConsumingEnumerable())
        {
            Volatile.Write(ref _running[thread], writer);
            writer.RunBatch();
            Volatile.Write(ref _running[thread], null);
        }
    }

    /// <summary>Writes behind an operation that takes long, or behind other databases, are told in time that they came to nothing.</summary>
    private void GiveUpExpired()
    {
        for (var i = 0; i < _running.Length; i++)
            Volatile.Read(ref _running[i])?.GiveUpExpired();
        foreach (var writer in _ready)
            writer.GiveUpExpired();
    }
}
