using System.Threading.Tasks.Sources;
using Nebula.Core;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>A write that gives a value. Is its own task, so that a write costs one object.</summary>
internal abstract class WriteOperation<T>(Caller? caller, CancellationToken ct) : WriteOperation(caller, ct), IValueTaskSource<Result<T>>
{
    // Asynchronously: whoever waits goes on elsewhere, never on the writer's thread.
    private ManualResetValueTaskSourceCore<Result<T>> _completion = new() { RunContinuationsAsynchronously = true };
    private readonly CancellationToken _ct = ct;

    public ValueTask<Result<T>> Completion => new(this, _completion.Version);

    public sealed override void Complete()
    {
        if (Outcome is not null)
            Discard();
        _completion.SetResult(Outcome is null ? Result.Success(Value()) : Outcome);
    }

    public sealed override void Cancel()
    {
        Discard();
        _completion.SetException(new OperationCanceledException(_ct));
    }

    public Result<T> GetResult(short token) => _completion.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    /// <summary>The value after success.</summary>
    protected abstract T Value();

    /// <summary>Lets go of what was made for an answer that will not be given.</summary>
    protected virtual void Discard()
    {
    }
}
