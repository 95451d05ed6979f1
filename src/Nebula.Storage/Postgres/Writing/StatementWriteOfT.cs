using System.Threading.Tasks.Sources;
using Nebula.Core;
using Nebula.Core.Tables;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>A write that gives a value. Is its own task, so that a write costs one object.</summary>
internal abstract class StatementWrite<T>(OpenTable table, CancellationToken ct) : StatementWrite(table, ct), IValueTaskSource<Result<T>>
{
    // Asynchronously: whoever waits goes on elsewhere, not where the batch is read.
    private ManualResetValueTaskSourceCore<Result<T>> _completion = new() { RunContinuationsAsynchronously = true };

    public ValueTask<Result<T>> Completion => new(this, _completion.Version);

    public sealed override void Complete()
    {
        if (Outcome is not null)
            Discard();
        _completion.SetResult(Outcome is null ? Result.Success(Value()) : Outcome);
    }

    public sealed override void Cancel() => _completion.SetException(new OperationCanceledException(Cancellation));

    public Result<T> GetResult(short token) => _completion.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    /// <summary>The value after success.</summary>
    protected abstract T Value();
}
