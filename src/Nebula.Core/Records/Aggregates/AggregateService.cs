using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Core.Records.Cursors;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Aggregates;

/// <summary>Computing over records. Opens the table as the caller may, and again when its schema changed underneath.</summary>
public sealed class AggregateService(TableService tables, IAggregateStore store, CursorSigner cursors, QuotaService quotas, TimeProvider clock)
{
    /// <summary>Fails with what opening the table fails with, invalid_parameter, invalid_filter or overflow.</summary>
    public ValueTask<Result<GroupRows>> AggregateAsync(
        Caller caller, DatabaseName database, TableName name, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken ct) =>
        Staleness.RetryAsync(async () =>
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsRead, ct)).TryGet(out var table, out var error)
                || !AggregateQuery.Parse(QueryContext.Of(table, clock, cursors), parameters).TryGet(out var query, out error))
                return error;
            return (await quotas.FitPageAsync(table.Database, query.Limit, parameters, ct)).TryGet(out var limit, out error)
                ? await store.AggregateAsync(table, limit == query.Limit ? query : query with { Limit = limit }, ct)
                : error;
        }, ct);
}
