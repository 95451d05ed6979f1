using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>The statements that change one record, for every operation that does. Each gives an error for what a client can cause, else null and the record.</summary>
internal static class RowWrite
{
    public static Error? Insert(CatalogTable entry, Connection connection, RecordDraft draft, out Record? record) =>
        Run(entry, connection, entry.Sql.Insert(draft), draft, key: null, merge: null, out record) ?? (record is null ? RecordErrors.Ignored : null);

    public static Error? Update(CatalogTable entry, Connection connection, RecordId id, RecordDraft draft, Precondition ifMatch, out Record? record)
    {
        record = null;
        if (PreconditionCheck.Fails(entry, connection, id, ifMatch) is { } failed)
            return failed;
        return Run(entry, connection, entry.Sql.Update(draft), draft, id, merge: null, out record)
            ?? (record is null ? PreconditionCheck.NotChanged(entry, connection, id) : null);
    }

    /// <summary>Adds the record unless there is one with the same values in the rule's columns, which is then changed or left as it is.</summary>
    public static Error? Upsert(CatalogTable entry, Connection connection, ConflictRule rule, RecordDraft draft, out Record? record, out bool isCreated)
    {
        isCreated = false;
        var error = rule.IsIgnored || !entry.Table.Columns.Any(c => RecordSql.IsMerged(draft, c))
            ? FindBy(entry, connection, rule, draft, out record)
            : Run(entry, connection, entry.Sql.Merge(draft, rule.Columns), draft, key: null, rule, out record);
        if (error is not null || record is not null)
            return error;
        isCreated = true;
        return Insert(entry, connection, draft, out record);
    }

    public static Error? Delete(CatalogTable entry, Connection connection, RecordId id, Precondition ifMatch)
    {
        if (PreconditionCheck.Fails(entry, connection, id, ifMatch) is { } failed)
            return failed;
        var delete = WriteStatement.Prepare(connection, entry.Table, entry.Sql.Delete);
        try
        {
            DraftBinding.Bind(delete, 1, id);
            var code = delete.TryStep();
            if (ResultCodes.Primary(code) == ResultCodes.Constraint)
                return SqliteErrors.Translate(code);
            if (code != ResultCodes.Done)
                throw connection.Fault(code);
            return connection.Changes > 0 ? null : PreconditionCheck.NotChanged(entry, connection, id);
        }
        finally
        {
            delete.Reset();
        }
    }

    /// <summary>Reads a record inside the transaction, with what that has changed so far.</summary>
    public static Error? Get(CatalogTable entry, Connection connection, RecordId id, out Record? record)
    {
        record = null;
        var get = WriteStatement.Prepare(connection, entry.Table, entry.Sql.Get);
        try
        {
            DraftBinding.Bind(get, 1, id);
            if (!get.Step())
                return RecordErrors.NotFound(id);
            record = ReadRow(entry, get);
            return null;
        }
        finally
        {
            get.Reset();
        }
    }

    private static unsafe Error? FindBy(CatalogTable entry, Connection connection, ConflictRule rule, RecordDraft draft, out Record? record)
    {
        record = null;
        var find = WriteStatement.Prepare(connection, entry.Table, entry.Sql.FindBy(rule.Columns));
        fixed (byte* bytes = draft.Bytes)
        {
            try
            {
                DraftBinding.Bind(find, 1, draft.Values, rule.Columns, bytes);
                if (find.Step())
                    record = ReadRow(entry, find);
                return null;
            }
            finally
            {
                find.Reset();
            }
        }
    }

    /// <summary>Binds the draft, and behind it the key or what a merge finds its record by, runs the statement and reads the row that it returns.</summary>
    private static unsafe Error? Run(
        CatalogTable entry, Connection connection, string sql, RecordDraft draft, RecordId? key, ConflictRule? merge, out Record? record)
    {
        record = null;
        var statement = WriteStatement.Prepare(connection, entry.Table, sql);
        fixed (byte* bytes = draft.Bytes)
        {
            int code;
            try
            {
                var next = merge is null ? DraftBinding.Bind(statement, draft, bytes) : DraftBinding.BindChange(statement, draft, bytes);
                if (key is { } id)
                    DraftBinding.Bind(statement, next, id);
                if (merge is not null)
                    DraftBinding.Bind(statement, next, draft.Values, merge.Columns, bytes);
                code = statement.TryStep();
                if (code == ResultCodes.Row)
                {
                    // RETURNING gives its rows after all changes are made; the last step ends the statement, and looks at references.
                    record = ReadRow(entry, statement);
                    code = statement.TryStep();
                    if (code != ResultCodes.Done)
                        record.Dispose();
                }
            }
            finally
            {
                statement.Reset();
            }

            if (code == ResultCodes.Done)
                return null;
            record = null;
            if (ResultCodes.Primary(code) == ResultCodes.Error)
                return SqliteErrors.Overflow; // of an index or a check; here, so that an array can say which of its records
            if (ResultCodes.Primary(code) != ResultCodes.Constraint)
                return (key is null && merge is null ? UsedUpIds.Explain(entry, connection, draft.Values, code) : null) ?? throw connection.Fault(code);

            // Behind the reset: looking for the columns can push the statement out of the cache.
            return code == ResultCodes.ConstraintForeignKey
                ? ReferenceViolation.Explain(entry, connection, draft.Values, bytes)
                : UniqueViolation.Explain(entry, connection, code, draft.Values, key, merge?.Columns ?? [], bytes);
        }
    }

    private static Record ReadRow(CatalogTable entry, Statement row) =>
        StoredRecord.Read<StatementRow, ColumnValue>(entry.Table, entry.Json, new(row));
}
