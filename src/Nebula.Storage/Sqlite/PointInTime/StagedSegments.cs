using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Files;

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

    /// <summary>The moment before the first commit in them; null where there is none, or it can't be read.</summary>
    public long? FirstTime
    {
        get
        {
            try
            {
                if (Peek() is not { } path)
                    return null;
                using var file = SegmentFile.Open(path, path);
                var segment = file.Read();
                return segment.Commits > 0 ? file.ReadCommits(segment)[0].Time - 1 : segment.LastTime;
            }
            catch (Exception e) when (e is UnreadableBackupException || DiskErrors.IsOne(e))
            {
                return null;
            }
        }
    }

    /// <param name="keep">Puts its file in place and gives the path. One of that path that is dropped meanwhile takes nothing of it away.</param>
    public void Add(Func<string> keep)
    {
        lock (_lock)
        {
            var path = keep();
            _segments.Enqueue((path, new FileInfo(path).Length));
        }
    }

    /// <summary>The file of the one that is to be shipped next; null when there is none.</summary>
    public string? Peek()
    {
        lock (_lock)
            return _segments.TryPeek(out var first) ? first.Path : null;
    }

    /// <summary>None of them will be shipped.</summary>
    public void Clear()
    {
        while (Peek() is { } path)
            Drop(path);
    }

    /// <summary>It was shipped, or will not be. One that came in the place of its file meanwhile stays.</summary>
    public void Drop(string path)
    {
        lock (_lock)
        {
            if (_segments.TryPeek(out var first) && first.Path == path)
                _segments.Dequeue();
            if (!_segments.Any(s => s.Path == path))
                WalStaging.Remove(path);
        }
    }
}
