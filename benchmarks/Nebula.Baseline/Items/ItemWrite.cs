using System.Threading.Tasks.Sources;

namespace Nebula.Baseline.Items;

/// <summary>One insert or update on its way through the writer. Used again once its answer is out.</summary>
internal sealed class ItemWrite : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _source;

    public ItemDraft Draft { get; } = new();

    /// <summary>What to change; null inserts.</summary>
    public long? Id { get; set; }

    /// <summary>The answer, made by the writer.</summary>
    public ItemBuffer Answer { get; } = new();

    public bool IsFound { get; set; }

    public Exception? Fault { get; set; }

    /// <summary>Ends after the commit; false when there is no such row.</summary>
    public ValueTask<bool> Completion => new(this, _source.Version);

    public void Prepare(long? id)
    {
        _source.Reset();
        Answer.Clear();
        (Id, IsFound, Fault) = (id, false, null);
    }

    /// <summary>Goes on with the request that waits, on the pool's thread that runs this.</summary>
    public void Execute()
    {
        if (Fault is not null)
            _source.SetException(Fault);
        else
            _source.SetResult(IsFound);
    }

    public bool GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
