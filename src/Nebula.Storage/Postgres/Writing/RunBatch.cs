using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Records;
using Nebula.Core.Records.Batches;
using Nebula.Storage.Answers;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Several operations, all or none; each sees what those before it did.</summary>
/// <param name="left">Cancelled when whoever sent it leaves; what else cancels it is the deadline.</param>
internal sealed class RunBatch(Caller caller, DatabaseId database, IReadOnlyList<BatchStep> steps, CancellationToken left) : OwningWrite<BatchOutcome>(caller, database)
{
    public override async ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct)
    {
        foreach (var step in steps)
        {
            if (!context.TryOpen(step.Table.Table, out _, out var stale))
                return stale;
        }

        await RowLocks.TakeAsync(context, steps, ct);
        Written = new BatchOutcome();
        for (var i = 0; i < steps.Count; i++)
        {
            // A stale table is told by that very instance.
            if (await RunAsync(context, i, Written, ct) is { } failed)
                return ReferenceEquals(failed, Error.StaleTable) ? failed : failed with { Operation = i };
        }

        return null;
    }

    public override void Save(Utf8Buffer answer) => BatchAnswer.Save(answer, Value());

    public override void Restore(ReadOnlySpan<byte> answer) => Written = BatchAnswer.Restore(answer, steps);

    private async ValueTask<Error?> RunAsync(WriteContext context, int index, BatchOutcome outcome, CancellationToken ct)
    {
        try
        {
            return await RunAsync(context, steps[index], outcome, ct);
        }
        catch (BrokenConstraintException e)
        {
            throw e.At(error => error with { Operation = index });
        }
        catch (PostgresException e) when (!PostgresErrors.CanRunAgain(e) && !PostgresErrors.IsStale(e) && !ServerFaults.IsOne(e) && PostgresErrors.Translate(e) is { } error)
        {
            return error;
        }
        catch (OperationCanceledException) when (!left.IsCancellationRequested)
        {
            return StorageErrors.QueryTimeout;
        }
    }

    private static async ValueTask<Error?> RunAsync(WriteContext context, BatchStep step, BatchOutcome outcome, CancellationToken ct)
    {
        RecordDraft? draft = null;
        Error? error = null;
        if (step.Data is { } data && !data.Fill(outcome).TryGet(out draft, out error))
            return error;
        if (step.Match is { } match)
        {
            (error, var affected) = await MatchingRows.ChangeAsync(context, step.Table.Table, match.Condition, draft, match.MaxAffected, ct);
            if (error is null)
                outcome.Add(BatchResult.Matched(affected));
            return error;
        }

        if (!context.TryOpen(step.Table.Table, out var entry, out var stale))
            return stale;
        if (step.Id is { } id)
            return id.Find(step.Table.Table, outcome).TryGet(out var found, out error) ? await RunOnOneAsync(context, entry, step, found, draft, outcome, ct) : error;
        return await RunOnNewAsync(context, entry, step, draft!, outcome, ct); // what adds a record has data
    }

    private static async ValueTask<Error?> RunOnOneAsync(WriteContext context, CatalogTable entry, BatchStep step, RecordId id, RecordDraft? draft, BatchOutcome outcome, CancellationToken ct)
    {
        var (error, record) = step.Action switch
        {
            BatchAction.Get => await RowWrite.GetAsync(context, entry, id, ct),
            BatchAction.Delete => (await RowWrite.DeleteAsync(context, entry, id, step.IfMatch, ct), null),
            _ => await RowWrite.UpdateAsync(context, entry, id, draft!, step.IfMatch, ct), // what changes a record has data
        };
        if (error is null)
            outcome.Add(record is null ? BatchResult.Removed(id) : BatchResult.Found(record));
        return error;
    }

    private static async ValueTask<Error?> RunOnNewAsync(WriteContext context, CatalogTable entry, BatchStep step, RecordDraft draft, BatchOutcome outcome, CancellationToken ct)
    {
        var isCreated = true;
        Error? error;
        Record? record;
        if (step.Conflict is { } rule)
            (error, record, isCreated) = await RowWrite.UpsertAsync(context, entry, rule, draft, ct);
        else
            (error, record) = await RowWrite.InsertAsync(context, entry, draft, ct);
        if (error is null)
            outcome.Add(isCreated ? BatchResult.Created(record!) : BatchResult.Found(record!)); // there is a record whenever there is no error
        return error;
    }
}
