using System.Diagnostics;
using Nebula.Core;
using Nebula.Core.Records;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// One write that waits for the writer. The writer may run it more than once (a batch whose transaction fell is replayed one by one), but completes
/// it once, after the commit.
/// </summary>
internal abstract class WriteOperation(Caller? caller, CancellationToken ct)
{
    /// <summary>So many changes of single records share a transaction with other operations; more of them take too long for those.</summary>
    protected const int SharedStatements = 100;

    /// <summary>Whether nothing else may share its transaction: so with changes of the schema.</summary>
    public virtual bool RunsAlone => false;

    /// <summary>
    /// Whether references are not enforced while it runs, because it makes a table anew that others refer to: dropping the old one would delete their rows. It runs alone
    /// then, and looks at the references itself.
    /// </summary>
    public virtual bool SuspendsForeignKeys => false;

    /// <summary>Whether it takes several statements to change the data, so that a failure half-way has to be undone by a savepoint.</summary>
    public virtual bool IsMultiStatement => false;

    /// <summary>Whether it can take so long that it runs under a deadline: past it, it is stopped and undone.</summary>
    public virtual bool IsBounded => false;

    /// <summary>What it carries, for the bound of a batch.</summary>
    public virtual int Bytes => 0;

    /// <summary>The request that it is for, if that may be sent again and must have its effect once.</summary>
    public IdempotentRequest? Once { get; init; }

    /// <summary>When it gives up waiting, in ticks of <see cref="Stopwatch"/>.</summary>
    public long Deadline { get; set; }

    /// <summary>What came of it; null for success. Set by the writer.</summary>
    public Error? Outcome { get; set; }

    /// <summary>Whether SQLite undid the whole transaction when it was stopped: the others are replayed, it is not. Set by the writer.</summary>
    public bool IsStopped { get; set; }

    public CancellationToken Cancellation => ct;

    public bool IsCancelled => ct.IsCancellationRequested;

    /// <summary>Whether whoever sent it may still act. Checked right before it runs.</summary>
    public bool IsAllowed(TimeProvider clock) => caller is null || caller.IsCurrent(clock);

    /// <summary>Does the work inside the writer's transaction and gives the error, or null. Throws only for what it can't explain.</summary>
    public abstract Error? Execute(WriteContext context);

    /// <summary>Appends the outcome of a success, to be given again by <see cref="Restore"/>.</summary>
    public virtual void Save(Utf8Buffer answer) => throw new InvalidOperationException("This write is not kept.");

    /// <summary>Takes over the outcome that an earlier run of the same request saved, instead of running.</summary>
    public virtual void Restore(ReadOnlySpan<byte> answer) => throw new InvalidOperationException("This write is not kept.");

    /// <summary>Tells whoever waits. After the commit, or after the failure.</summary>
    public abstract void Complete();

    /// <summary>Tells whoever waits that it was cancelled and changed nothing.</summary>
    public abstract void Cancel();
}
