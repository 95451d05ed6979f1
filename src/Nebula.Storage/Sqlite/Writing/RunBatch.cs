using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Batches;
using Nebula.Storage.Answers;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Several operations, all or none; each sees what those before it did.</summary>
internal sealed class RunBatch(Caller caller, IReadOnlyList<BatchStep> steps, CancellationToken ct) : OwningWrite<BatchOutcome>(caller, ct)
{
    /// <summary>So that nobody's single write waits for it, nor has to be done again when it is stopped.</summary>
    public override bool RunsAlone => steps.Count > SharedStatements || steps.Any(s => s.Match is not null);

    public override bool IsMultiStatement => true;

    public override bool IsBounded => true;

    public override Error? Execute(WriteContext context)
    {
        foreach (var step in steps)
        {
            if (!context.TryOpen(step.Table.Table, out _, out var stale))
                return stale;
        }

        var outcome = new BatchOutcome();
        if (Run(context, outcome) is { } error)
        {
            outcome.Dispose();
            return error;
        }

        Written = outcome;
        return null;
    }

    public override void Save(Utf8Buffer answer) => BatchAnswer.Save(answer, Value());

    public override void Restore(ReadOnlySpan<byte> answer) => Written = BatchAnswer.Restore(answer, steps);

    private Error? Run(WriteContext context, BatchOutcome outcome)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            Error? error;
            try
            {
                error = context.Connection.IsOverdue ? SqliteErrors.QueryTimeout : Run(context, steps[i], outcome);
            }
            catch (SqliteFaultException e) when (!SqliteErrors.IsCorruption(e.Code) && !SqliteErrors.IsInputOutput(e.Code) && SqliteErrors.OfWrite(e) is not null)
            {
                error = SqliteErrors.OfWrite(e);
            }

            // A stale table is told by that very instance.
            if (error is not null)
                return ReferenceEquals(error, Error.StaleTable) ? error : error with { Operation = i };
        }

        return null;
    }

    private static Error? Run(WriteContext context, BatchStep step, BatchOutcome outcome)
    {
        RecordDraft? draft = null;
        Error? error = null;
        if (step.Data is { } data && !data.Fill(outcome).TryGet(out draft, out error))
            return error;
        if (step.Match is { } match)
        {
            error = MatchingRows.Change(context, step.Table.Table, match.Condition, draft, match.MaxAffected, out var affected);
            if (error is null)
                outcome.Add(BatchResult.Matched(affected));
            return error;
        }

        if (!context.TryOpen(step.Table.Table, out var entry, out var stale))
            return stale;
        return step.Id is { } id
            ? id.Find(step.Table.Table, outcome).TryGet(out var found, out error) ? RunOnOne(context.Connection, entry, step, found, draft, outcome) : error
            : RunOnNew(context.Connection, entry, step, draft!, outcome); // what adds a record has data
    }

    private static Error? RunOnOne(Connection connection, CatalogTable entry, BatchStep step, RecordId id, RecordDraft? draft, BatchOutcome outcome)
    {
        Record? record = null;
        var error = step.Action switch
        {
            BatchAction.Get => RowWrite.Get(entry, connection, id, out record),
            BatchAction.Delete => RowWrite.Delete(entry, connection, id, step.IfMatch),
            _ => RowWrite.Update(entry, connection, id, draft!, step.IfMatch, out record), // what changes a record has data
        };
        if (error is null)
            outcome.Add(record is null ? BatchResult.Removed(id) : BatchResult.Found(record));
        return error;
    }

    private static Error? RunOnNew(Connection connection, CatalogTable entry, BatchStep step, RecordDraft draft, BatchOutcome outcome)
    {
        var isCreated = true;
        Record? record;
        var error = step.Conflict is { } rule
            ? RowWrite.Upsert(entry, connection, rule, draft, out record, out isCreated)
            : RowWrite.Insert(entry, connection, draft, out record);
        if (error is null)
            outcome.Add(isCreated ? BatchResult.Created(record!) : BatchResult.Found(record!)); // there is a record whenever there is no error
        return error;
    }
}
