using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Core.Records.Cursors;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>Reading and writing records. Each member opens the table as the caller may, and again when its schema changed underneath.</summary>
public sealed class RecordService(TableService tables, IRecordStore store, CursorSigner cursors, QuotaService quotas, TimeProvider clock)
{
    /// <summary>Fails with what opening the table fails with, record_not_found, or invalid_parameter.</summary>
    /// <param name="fields">A comma list of columns; null gives all.</param>
    public async ValueTask<Result<Record>> GetAsync(Caller caller, DatabaseName database, TableName name, string recordId, string? fields, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsRead, ct)).TryGet(out var table, out var error)
                || !Identify(table.Table, recordId).TryGet(out var id, out error))
                return error;

            IReadOnlyList<Column>? columns = null;
            if (fields is not null && !RecordQuery.ParseFields(table.Table, fields).TryGet(out columns, out error))
                return error;

            var got = await store.GetAsync(table, id, columns, ct);
            if (!Staleness.IsStale(got, attempt))
                return got;
        }
    }

    /// <summary>
    /// One record with columns of related records, or with related records. Fails as <see cref="GetAsync(Caller, DatabaseName, TableName, string, string?, CancellationToken)"/>
    /// does, or with invalid_filter.
    /// </summary>
    /// <param name="parameters"><c>fields</c> and <c>expand</c>.</param>
    public async ValueTask<Result<RecordPage>> GetRelatedAsync(
        Caller caller, DatabaseName database, TableName name, string recordId, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsRead, ct)).TryGet(out var table, out var error)
                || !Identify(table.Table, recordId).TryGet(out var id, out error)
                || !RecordQuery.Parse(QueryContext.Of(table, clock, cursors), parameters).TryGet(out var query, out error))
                return error;

            var page = await store.ListAsync(table, query.ForRecord(table.Table, id), ct);
            if (Staleness.IsStale(page, attempt))
                continue;
            if (!page.TryGet(out var found, out error))
                return error;
            if (found.Rows.Length > 0)
                return found;
            found.Dispose();
            return new Error(ErrorCodes.RecordNotFound, $"There is no record {id} in this table.");
        }
    }

    /// <summary>Fails with what opening the table fails with, invalid_parameter, invalid_filter, invalid_cursor or overflow.</summary>
    public async ValueTask<Result<RecordPage>> ListAsync(
        Caller caller, DatabaseName database, TableName name, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsRead, ct)).TryGet(out var table, out var error)
                || !RecordQuery.Parse(QueryContext.Of(table, clock, cursors), parameters).TryGet(out var query, out error))
                return error;
            if (!(await quotas.FitPageAsync(table.Database, query.Limit, parameters, ct)).TryGet(out var limit, out error))
                return error;

            var page = await store.ListAsync(table, query.WithLimit(limit), ct);
            if (Staleness.IsStale(page, attempt))
                continue;
            if (!page.TryGet(out var read, out _) || read.Last is not { } last)
                return page;
            read.NextCursor = cursors.Sign(query.Identity.Span, last);
            if (read.NextCursor is not null || !query.HasCursor)
                return page;

            // Left out it would say that the list ends here.
            read.Dispose();
            return Error.Of(ErrorCodes.InvalidParameter, "sort", FieldCodes.TooLong, "is by values that are too long for a cursor; sort by another column, or page with 'offset'");
        }
    }

    /// <summary>Adds one record. Fails with what opening the table fails with, invalid_json, invalid_record, a violated constraint, or idempotency_mismatch.</summary>
    /// <param name="once">What to know the request by when it is sent again; null for one that is not.</param>
    public async ValueTask<Result<Record>> CreateAsync(
        Caller caller, DatabaseName database, TableName name, ReadOnlyMemory<byte> utf8Json, IdempotentRequest? once, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsWrite, ct)).TryGet(out var table, out var error))
                return error;
            if (await quotas.CheckBytesAsync(table.Database, once, ct) is { } full)
                return full;
            if (!RecordDraft.ParseNew(table.Table, utf8Json.Span).TryGet(out var draft, out error))
                return error;

            using (draft)
            {
                var added = await store.InsertAsync(table, draft.Stamped(clock.GetUtcNow(), isNew: true), once, ct);
                if (!Staleness.IsStale(added, attempt))
                    return added;
            }
        }
    }

    /// <summary>Changes the columns that the body names. Fails as <see cref="CreateAsync"/> does, with record_not_found or precondition_failed.</summary>
    public async ValueTask<Result<Record>> UpdateAsync(
        Caller caller, DatabaseName database, TableName name, string recordId, ReadOnlyMemory<byte> utf8Json, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsWrite, ct)).TryGet(out var table, out var error)
                || !Identify(table.Table, recordId).TryGet(out var id, out error))
                return error;
            if (await quotas.CheckBytesAsync(table.Database, once, ct) is { } full)
                return full;
            if (!RecordDraft.ParseChange(table.Table, utf8Json.Span).TryGet(out var draft, out error))
                return error;

            using (draft)
            {
                var changed = await store.UpdateAsync(table, id, draft.Stamped(clock.GetUtcNow(), isNew: false), ifMatch, once, ct);
                if (!Staleness.IsStale(changed, attempt))
                    return changed;
            }
        }
    }

    /// <summary>Removes one record. Fails with what opening the table fails with, record_not_found, precondition_failed or foreign_key_violation.</summary>
    public async ValueTask<Result<Done>> DeleteAsync(
        Caller caller, DatabaseName database, TableName name, string recordId, Precondition ifMatch, IdempotentRequest? once, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!(await tables.OpenAsync(caller, database, name, Scopes.RecordsWrite, ct)).TryGet(out var table, out var error)
                || !Identify(table.Table, recordId).TryGet(out var id, out error))
                return error;

            var removed = await store.DeleteAsync(table, id, ifMatch, once, ct);
            if (!Staleness.IsStale(removed, attempt))
                return removed;
        }
    }

    /// <summary>The id that a path names; what can't be one is a record that does not exist.</summary>
    internal static Result<RecordId> Identify(Table table, string text)
    {
        if (table.KeyColumns.Count == 0)
            return new Error(ErrorCodes.Conflict, $"The table '{table.Name}' has no primary key, so its records have no id.") { Hint = "Read and write its records by filter." };
        return RecordId.TryParse(table, text, out var id) ? id : new Error(ErrorCodes.RecordNotFound, "There is no such record in this table.");
    }
}
