namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>
/// What is yet to be looked at where a history is kept, before this run of the server writes there: the data directory may have been put back to an earlier state, and the place have more of the history than it knows. Thread-safe.
/// </summary>
internal sealed class PlaceCheck
{
    /// <summary>Why a generation ends of which there is more than the data directory knows.</summary>
    public const string PutBack = "the data directory was put back to an earlier state";

    private readonly Lock _lock = new();
    private string? _unseen;
    private bool _isLooked;
    private bool _isCompared;

    /// <summary>The name of a segment that can't be there when the data directory knows how far the history has come; null once that was looked at.</summary>
    public string? Unseen
    {
        get
        {
            lock (_lock)
                return _unseen;
        }
    }

    /// <summary>Whether nothing can be there that would be written over. Before that each segment is to be compared with what is in its place.</summary>
    public bool IsCompared
    {
        get
        {
            lock (_lock)
                return _isCompared;
        }
    }

    /// <summary>A file is opened whose history goes on.</summary>
    /// <param name="hasLog">Whether a crash left its log: then the last segment may have been shipped, but not noted any more. It is shipped again, with all that has come since.</param>
    public void OnOpened(string database, WalPosition at, bool hasLog)
    {
        lock (_lock)
            _unseen = _isLooked ? null : HistoryNames.Segment(database, at.Generation, hasLog ? at.Segment + 1 : at.Segment);
    }

    /// <summary>A generation was begun, whose name nobody else has.</summary>
    public void OnBegun()
    {
        lock (_lock)
            (_unseen, _isLooked, _isCompared) = (null, true, true);
    }

    /// <summary>It was looked at what could not be there.</summary>
    public void OnLooked()
    {
        lock (_lock)
            (_unseen, _isLooked) = (null, true);
    }

    /// <summary>A segment was compared with what is in its place.</summary>
    /// <param name="isThere">Whether anything is.</param>
    public void OnCompared(bool isThere)
    {
        lock (_lock)
            _isCompared = !isThere;
    }
}
