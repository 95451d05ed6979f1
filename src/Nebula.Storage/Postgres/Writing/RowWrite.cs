using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Bulk;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// The statements that change one record, for every write of several statements. Each gives an error for what it finds out, else null and the record; a constraint that is violated is thrown as
/// <see cref="BrokenConstraintException"/>, because the transaction fell with it.
/// </summary>
internal static class RowWrite
{
    public static async ValueTask<(Error? Error, Record? Record)> InsertAsync(WriteContext context, CatalogTable entry, RecordDraft draft, CancellationToken ct)
    {
        var insert = RecordCommands.Insert(entry, context.Catalog.SchemaVersion, draft);
        return await RunAsync(context, insert, entry, draft, key: null, ct) is { } record ? (null, record)
            : (await context.IsCurrentAsync(entry, ct) ? RecordErrors.Ignored : Error.StaleTable, null);
    }

    public static async ValueTask<(Error? Error, Record? Record)> UpdateAsync(
        WriteContext context, CatalogTable entry, RecordId id, RecordDraft draft, Precondition ifMatch, CancellationToken ct)
    {
        if (await FailsAsync(context, entry, id, ifMatch, ct) is { } failed)
            return (failed, null);
        var update = RecordCommands.Update(entry, context.Catalog.SchemaVersion, id, draft);
        return await RunAsync(context, update, entry, draft, id, ct) is { } record ? (null, record) : (await NotChangedAsync(context, entry, id, ct), null);
    }

    /// <summary>Adds the record unless there is one with the same values in the rule's columns, which is then changed or left as it is.</summary>
    public static async ValueTask<(Error? Error, Record? Record, bool IsCreated)> UpsertAsync(
        WriteContext context, CatalogTable entry, ConflictRule rule, RecordDraft draft, CancellationToken ct)
    {
        try
        {
            await using var batch = new NpgsqlBatch(context.Connection) { BatchCommands = { RecordCommands.Upsert(entry, context.Catalog.SchemaVersion, draft, rule) } };
            await using (var rows = await batch.ExecuteReaderAsync(ct))
            {
                if (await rows.ReadAsync(ct))
                {
                    using var buffer = new RowBuffer(rows);
                    return (null, StoredRecord.Read<PostgresRow, StoredValue>(entry.Table, entry.Json, new PostgresRow(buffer)), rows.GetBoolean(entry.Table.Columns.Count));
                }
            }

            return (await context.IsCurrentAsync(entry, ct) ? RecordErrors.Ignored : Error.StaleTable, null, false);
        }
        catch (PostgresException e) when (BrokenConstraint.Is(e))
        {
            throw new BrokenConstraintException(new BrokenConstraint(e, entry, GivenRow.Of(draft), Key: null, rule.Columns), e);
        }
    }

    public static async ValueTask<Error?> DeleteAsync(WriteContext context, CatalogTable entry, RecordId id, Precondition ifMatch, CancellationToken ct)
    {
        if (await FailsAsync(context, entry, id, ifMatch, ct) is { } failed)
            return failed;
        await using var delete = new NpgsqlBatch(context.Connection) { BatchCommands = { RecordCommands.Delete(entry, context.Catalog.SchemaVersion, id) } };
        try
        {
            return await delete.ExecuteNonQueryAsync(ct) > 0 ? null : await NotChangedAsync(context, entry, id, ct);
        }
        catch (PostgresException e) when (BrokenConstraint.Is(e))
        {
            throw new BrokenConstraintException(new BrokenConstraint(e, entry, Row: null, id, []), e);
        }
    }

    /// <summary>Reads a record inside the transaction, with what that has changed so far.</summary>
    public static async ValueTask<(Error? Error, Record? Record)> GetAsync(WriteContext context, CatalogTable entry, RecordId id, CancellationToken ct)
    {
        return await ReadAsync(context, Get(entry, entry.Sql.Get, id), entry, ct) is { } record ? (null, record) : (RecordErrors.NotFound(id), null);
    }

    /// <summary>Compares <c>If-Match</c> with the record, which nobody else changes from here on.</summary>
    private static async ValueTask<Error?> FailsAsync(WriteContext context, CatalogTable entry, RecordId id, Precondition ifMatch, CancellationToken ct)
    {
        if (ifMatch.IsNone)
            return null;
        using var record = await ReadAsync(context, Get(entry, entry.Sql.GetToChange, id), entry, ct);
        return record is null ? RecordErrors.NotFound(id) : ifMatch.Allows(record.Tag) ? null : Precondition.Failed;
    }

    /// <summary>Why a statement changed nothing: the schema is another one, the record is not there, or a trigger of somebody else's dropped the change.</summary>
    private static async ValueTask<Error> NotChangedAsync(WriteContext context, CatalogTable entry, RecordId id, CancellationToken ct)
    {
        if (!await context.IsCurrentAsync(entry, ct))
            return Error.StaleTable;
        using var record = await ReadAsync(context, Get(entry, entry.Sql.Get, id), entry, ct);
        return record is null ? RecordErrors.NotFound(id) : RecordErrors.Ignored;
    }

    private static NpgsqlBatchCommand Get(CatalogTable entry, string sql, RecordId id)
    {
        var command = new NpgsqlBatchCommand(sql);
        Binding.Add(command.Parameters, entry.Table, id);
        return command;
    }

    private static async ValueTask<Record?> RunAsync(
        WriteContext context, NpgsqlBatchCommand command, CatalogTable entry, RecordDraft draft, RecordId? key, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(context, command, entry, ct);
        }
        catch (PostgresException e) when (BrokenConstraint.Is(e))
        {
            throw new BrokenConstraintException(new BrokenConstraint(e, entry, GivenRow.Of(draft), key, []), e);
        }
    }

    private static async ValueTask<Record?> ReadAsync(WriteContext context, NpgsqlBatchCommand command, CatalogTable entry, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(context.Connection) { BatchCommands = { command } };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct))
            return null;
        using var buffer = new RowBuffer(rows);
        return StoredRecord.Read<PostgresRow, StoredValue>(entry.Table, entry.Json, new PostgresRow(buffer));
    }
}
