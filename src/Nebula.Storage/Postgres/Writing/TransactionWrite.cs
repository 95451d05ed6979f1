using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// A write of several statements, all or none, in a transaction of its own. It may be run more than once, when the transaction fell through no fault of its own; only the last run counts.
/// </summary>
internal abstract class TransactionWrite<T>(Caller? caller, DatabaseId database)
{
    public DatabaseId Database => database;

    /// <summary>The request that it is for, if that may be sent again and must have its effect once.</summary>
    public IdempotentRequest? Once { get; init; }

    /// <summary>How long it may run; null for the deadline of every statement.</summary>
    public virtual TimeSpan? Deadline => null;

    /// <summary>Whether whoever sent it may still act. Checked right before it runs.</summary>
    public bool IsAllowed(TimeProvider clock) => caller is null || caller.IsCurrent(clock);

    /// <summary>Does the work inside the transaction and gives the error, or null. An error undoes all of it.</summary>
    public abstract ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct);

    /// <summary>Appends the outcome of a success, to be given again by <see cref="Restore"/>.</summary>
    public virtual void Save(Utf8Buffer answer) => throw new InvalidOperationException("This write is not kept.");

    /// <summary>Takes over the outcome that an earlier run of the same request saved, instead of running.</summary>
    public virtual void Restore(ReadOnlySpan<byte> answer) => throw new InvalidOperationException("This write is not kept.");

    /// <summary>The value after success; given once.</summary>
    public abstract T Value();

    /// <summary>Lets go of what was made for an answer that will not be given.</summary>
    public virtual void Discard()
    {
    }
}
