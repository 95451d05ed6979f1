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

    private readonly BlockingCollection<GroupCommitWriter> _ready = [];
    private readonly Thread[] _threads;

    public WriterThreads()
    {
        _threads = [.. Enumerable.Range(1, _count).Select(i => new Thread(Run) { Name = $"nebula-writer-{i}", IsBackground = true })];
        foreach (var thread in _threads)
            thread.Start();
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
        _ready.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _ready.Dispose();
    }

    private void Run()
    {
        foreach (var writer in _ready.GetConsumingEnumerable())
            writer.RunBatch();
    }
}
