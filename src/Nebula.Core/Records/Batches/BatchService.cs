using System.Text.Json;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Batches;

/// <summary>Several operations on the records of one database, all or nothing.</summary>
public sealed class BatchService(TableService tables, IBatchStore store, QuotaService quotas, TimeProvider clock)
{
    /// <summary>
    /// Runs the operations of a body. Fails with invalid_body, with what opening a table fails with, or as the operation fails that <see cref="Error.Operation"/> names; nothing
    /// has happened then.
    /// </summary>
    public async ValueTask<Result<BatchOutcome>> RunAsync(Caller caller, DatabaseName database, JsonElement body, IdempotentRequest? once, CancellationToken ct)
    {
        if (!BatchReader.Read(body).TryGet(out var requests, out var error))
            return error;
        return await Staleness.RetryAsync<BatchOutcome>(async () =>
        {
            var steps = new List<BatchStep>(requests.Count);
            try
            {
                if ((await BindAsync(caller, database, requests, steps, ct) ?? await CheckAsync(steps, once, ct)) is { } failed)
                    return failed;
                return await store.RunAsync(caller, steps[0].Table.Database, steps, once, ct);
            }
            finally
            {
                steps.ForEach(step => step.Dispose());
            }
        }, ct);
    }

    /// <summary>The quotas of the database. What only reads and removes is let through in one that is full.</summary>
    private async ValueTask<Error?> CheckAsync(List<BatchStep> steps, IdempotentRequest? once, CancellationToken ct)
    {
        var database = steps[0].Table.Database;
        if (await quotas.CheckRowsAsync(database, steps.Count, ct) is { } exceeded)
            return exceeded;
        return steps.Exists(step => step.Action is not (BatchAction.Get or BatchAction.Delete)) ? await quotas.CheckBytesAsync(database, once, ct) : null;
    }

    private async ValueTask<Error?> BindAsync(Caller caller, DatabaseName database, IReadOnlyList<BatchRequest> requests, List<BatchStep> steps, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var request in requests)
        {
            if (!(await tables.OpenAsync(caller, database, request.Table, Needed(request), ct)).TryGet(out var table, out var error))
                return error.Code is ErrorCodes.DatabaseNotFound or ErrorCodes.WrongDatabase ? error : error with { Operation = request.Index };
            if (!new BatchBinder(steps, now).Bind(request, table).TryGet(out var step, out error))
                return error with { Operation = request.Index };
            steps.Add(step);
        }

        return null;
    }

    /// <summary>A filter tells what it matches, and an error what value a column was given by a reference to one that is not to be read.</summary>
    private static Scopes Needed(BatchRequest request) => request switch
    {
        { Action: BatchAction.Get } => Scopes.RecordsRead,
        { Filter: not null } or { MaxAffected: not null } => Scopes.RecordsRead | Scopes.RecordsWrite,
        _ when RefersToColumns(request) => Scopes.RecordsRead | Scopes.RecordsWrite,
        _ => Scopes.RecordsWrite,
    };

    private static bool RefersToColumns(BatchRequest request)
    {
        IEnumerable<JsonElement> values = request.Data is { } data ? data.EnumerateObject().Select(p => p.Value) : [];
        if (request.Id is { } id)
            values = values.Append(id);
        return values.Any(v => v.ValueKind == JsonValueKind.String && ResultReference.TryParse(JsonText.Of(v), out _, out var name) && name != ResultReference.RecordId);
    }
}
