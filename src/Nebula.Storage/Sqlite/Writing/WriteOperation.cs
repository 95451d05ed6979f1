using System.Diagnostics;
using Nebula.Core;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// One write that waits for the writer. The writer may run it more than once (a batch whose transaction fell is replayed one by one), but completes
/// it once, after the commit.
/// </summary>
internal abstract class WriteOperation(Caller? caller, CancellationToken ct)
{
    /// <summary>Whether nothing else may share its transaction: so with changes of the schema.</summary>
    public virtual bool RunsAlone => false;

    /// <summary>Whether it takes several statements to change the data, so that a failure half-way has to be undone by a savepoint.</summary>
    public virtual bool IsMultiStatement => false;

    /// <summary>What it carries, for the bound of a batch.</summary>
    public virtual int Bytes => 0;

    /// <summary>When it gives up waiting, in ticks of <see cref="Stopwatch"/>.</summary>
    public long Deadline { get; set; }

    /// <summary>What came of it; null for success. Set by the writer.</summary>
    public Error? Outcome { get; set; }

    public bool IsCancelled => ct.IsCancellationRequested;

    /// <summary>Whether whoever sent it may still act. Checked right before it runs.</summary>
    public bool IsAllowed(TimeProvider clock) => caller is null || caller.IsCurrent(clock);

    /// <summary>Does the work inside the writer's transaction and gives the error, or null. Throws only for what it can't explain.</summary>
    public abstract Error? Execute(WriteContext context);

    /// <summary>Tells whoever waits. After the commit, or after the failure.</summary>
    public abstract void Complete();

    /// <summary>Tells whoever waits that it was cancelled and changed nothing.</summary>
    public abstract void Cancel();
}
