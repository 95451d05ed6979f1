namespace Nebula.Core.Records.Bulk;

/// <summary>The drafts of several records of one table, in the order in which they were sent. Disposing disposes them.</summary>
public sealed class DraftList : IDisposable
{
    private readonly List<RecordDraft> _drafts = [];

    public IReadOnlyList<RecordDraft> Drafts => _drafts;

    /// <summary>How many bytes their values take.</summary>
    public int Bytes { get; private set; }

    public void Dispose()
    {
        foreach (var draft in _drafts)
            draft.Dispose();
        _drafts.Clear();
    }

    internal void Add(RecordDraft draft) => _drafts.Add(draft);

    internal DraftList Stamped(DateTimeOffset now)
    {
        Bytes = 0;
        foreach (var draft in _drafts)
            Bytes += draft.Stamped(now, isNew: true).Bytes.Length;
        return this;
    }
}
