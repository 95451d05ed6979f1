using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Bulk;

/// <summary>Writing many records at once, and records that may be there already. Everything is all or nothing.</summary>
public sealed class BulkService(TableService tables, IBulkStore store, QuotaService quotas, TimeProvider clock)
{
    /// <summary>
    /// Adds the records of an array, or upserts them. Fails with what opening the table fails with, invalid_json, invalid_record or a violated constraint, naming the place of
    /// every record that is to blame.
    /// </summary>
    public ValueTask<Result<BulkOutcome>> CreateAsync(
        Caller caller, DatabaseName database, TableName name, ReadOnlyMemory<byte> utf8Json, ConflictText? conflict, IdempotentRequest? once, CancellationToken ct) =>
        Staleness.RetryAsync<BulkOutcome>(async () =>
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsWrite, ct)).TryGet(out var table, out var error)
                || !Rule(table.Table, conflict).TryGet(out var rule, out error)
                || !RecordArray.Read(table.Table, utf8Json.Span).TryGet(out var drafts, out error))
                return error;
            using (drafts)
            {
                if ((await quotas.CheckBytesAsync(table.Database, once, ct) ?? await quotas.CheckRowsAsync(table.Database, drafts.Drafts.Count, ct)) is { } exceeded)
                    return exceeded;
                return await store.WriteAsync(table, drafts.Stamped(clock.GetUtcNow()), rule, once, ct);
            }
        }, ct);

    /// <summary>Adds one record, or changes the one that has the same unique values. Fails as creating a record does, or with invalid_parameter.</summary>
    public ValueTask<Result<UpsertOutcome>> UpsertAsync(
        Caller caller, DatabaseName database, TableName name, ReadOnlyMemory<byte> utf8Json, ConflictText conflict, IdempotentRequest? once, CancellationToken ct) =>
        Staleness.RetryAsync<UpsertOutcome>(async () =>
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsWrite, ct)).TryGet(out var table, out var error)
                || !ConflictRule.Parse(table.Table, conflict).TryGet(out var rule, out error)
                || !RecordDraft.ParseNew(table.Table, utf8Json.Span).TryGet(out var draft, out error))
                return error;
            using (draft)
            {
                if (await quotas.CheckBytesAsync(table.Database, once, ct) is { } full)
                    return full;
                return await store.UpsertAsync(table, draft.Stamped(clock.GetUtcNow(), isNew: true), rule, once, ct);
            }
        }, ct);

    /// <summary>
    /// Changes every record that matches, and gives how many. Fails with what opening the table fails with, invalid_parameter, required, invalid_filter, invalid_json,
    /// invalid_record, a violated constraint, or max_affected_exceeded.
    /// </summary>
    /// <param name="parameters">A filter or equalities, and <c>max_affected</c>. A filter tells what it matches, so it needs the right to read too.</param>
    public ValueTask<Result<long>> UpdateMatchingAsync(
        Caller caller, DatabaseName database, TableName name, IReadOnlyList<KeyValuePair<string, string>> parameters, ReadOnlyMemory<byte> utf8Json,
        IdempotentRequest? once, CancellationToken ct) =>
        Staleness.RetryAsync<long>(async () =>
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsRead | Scopes.RecordsWrite, ct)).TryGet(out var table, out var error)
                || !MatchQuery.Parse(table.Table, table.Schema, parameters, clock.GetUtcNow()).TryGet(out var query, out error)
                || !RecordDraft.ParseChange(table.Table, utf8Json.Span).TryGet(out var draft, out error))
                return error;
            using (draft)
            {
                if (await quotas.CheckBytesAsync(table.Database, once, ct) is { } full)
                    return full;
                return await store.ChangeMatchingAsync(table, query.Condition, draft.Stamped(clock.GetUtcNow(), isNew: false), query.MaxAffected, once, ct);
            }
        }, ct);

    /// <summary>Removes every record that matches, and gives how many. Fails as <see cref="UpdateMatchingAsync"/> does.</summary>
    public ValueTask<Result<long>> DeleteMatchingAsync(
        Caller caller, DatabaseName database, TableName name, IReadOnlyList<KeyValuePair<string, string>> parameters, IdempotentRequest? once, CancellationToken ct) =>
        Staleness.RetryAsync<long>(async () =>
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsRead | Scopes.RecordsWrite, ct)).TryGet(out var table, out var error)
                || !MatchQuery.Parse(table.Table, table.Schema, parameters, clock.GetUtcNow()).TryGet(out var query, out error))
                return error;
            return await store.ChangeMatchingAsync(table, query.Condition, change: null, query.MaxAffected, once, ct);
        }, ct);

    /// <summary>Whether a body holds an array of records.</summary>
    public static bool IsArray(ReadOnlySpan<byte> utf8Json) => RecordArray.Is(utf8Json);

    private static Result<ConflictRule?> Rule(Table table, ConflictText? text)
    {
        if (text is not { } conflict)
            return Result.Success<ConflictRule?>(null);
        return ConflictRule.Parse(table, conflict).TryGet(out var rule, out var error) ? rule : error;
    }
}
