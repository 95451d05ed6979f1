namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>The segments of one history that are kept in the data directory until they are shipped, in their order. Thread-safe.</summary>
internal sealed class StagedSegments
{
    private readonly Lock _lock = new();
    private readonly Queue<(string Path, long Bytes)> _segments = new();

    public long Bytes
    {
        get
        {
            lock (_lock)
                return _segments.Sum(s => s.Bytes);
        }
    }

    public void Add(string path)
    {
        lock (_lock)
            _segments.Enqueue((path, new FileInfo(path).Length));
    }

    /// <summary>The file of the one that is to be shipped next; null when there is none.</summary>
    public string? Peek()
    {
        lock (_lock)
            return _segments.TryPeek(out var first) ? first.Path : null;
    }

    /// <summary>It was shipped.</summary>
    public void Drop(string path)
    {
        lock (_lock)
        {
            if (_segments.TryPeek(out var first) && first.Path == path)
                _segments.Dequeue();
        }

        WalStaging.Remove(path);
    }
}
