using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// A write that is one statement: what becomes of it is known from its own answer, so that many of them can go to the server together. It may be sent more than once, when a transaction that it shared
/// fell with another one.
/// </summary>
internal abstract class StatementWrite(OpenTable table, CancellationToken ct)
{
    public OpenTable Table => table;

    public CancellationToken Cancellation => ct;

    /// <summary>What it carries, for the bound of a batch.</summary>
    public virtual int Bytes => 0;

    /// <summary>The record that it is about; none for a new one. Writes of one transaction go in this order, so that two transactions don't wait for each other.</summary>
    public virtual RecordId? Id => null;

    /// <summary>What came of it; null for success. Set by the writer.</summary>
    public Error? Outcome { get; set; }

    /// <summary>Whether its statement gives rows; else how many it changed is told when all are read.</summary>
    public virtual bool GivesRows => true;

    /// <summary>Whether its statement changed something.</summary>
    public abstract bool IsDone { get; }

    /// <summary>Whether whoever sent it may still act. Checked right before it is sent.</summary>
    public bool IsAllowed(TimeProvider clock) => table.Caller.IsCurrent(clock);

    /// <summary>The statement with its values.</summary>
    public abstract NpgsqlBatchCommand Command(CatalogTable entry, long version);

    /// <summary>Takes the outcome over from the statement's result, at which the reader stands.</summary>
    public virtual ValueTask ReadAsync(NpgsqlDataReader rows, CatalogTable entry, CancellationToken ct) => ValueTask.CompletedTask;

    /// <summary>Takes over how many rows the statement changed.</summary>
    public virtual void Note(ulong changed)
    {
    }

    /// <summary>Lets go of what an earlier run gave, which was undone.</summary>
    public abstract void Discard();

    /// <summary>What a constraint that it violated is explained by.</summary>
    public abstract BrokenConstraint Explain(PostgresException fault, CatalogTable entry);

    /// <summary>Tells whoever waits. After the commit, or after the failure.</summary>
    public abstract void Complete();

    /// <summary>Tells whoever waits that it was cancelled and changed nothing.</summary>
    public abstract void Cancel();
}
