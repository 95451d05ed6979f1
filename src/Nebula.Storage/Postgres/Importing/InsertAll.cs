using Nebula.Core;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Importing;
using Nebula.Storage.Postgres.Writing;
using Nebula.Storage.Rows;
using Npgsql;

namespace Nebula.Storage.Postgres.Importing;

/// <summary>Adds the rows of a whole body in a transaction of their own, all or none.</summary>
internal sealed class InsertAll(OpenTable table, RowSpool spool, RowBlock last, TimeProvider clock) : TransactionWrite<long>(table.Caller, table.Database.Id)
{
    private long _count;

    /// <summary>As many rows as there are take as long as they take.</summary>
    public override TimeSpan? Deadline => Timeout.InfiniteTimeSpan;

    public override async ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        if (await RowCopy.HoldAsync(context.Connection, entry.Dialect, entry.Table, ct) != context.Catalog.SchemaVersion)
            return Error.StaleTable;

        // Rows of one body may refer to one another in any order.
        _count = 0;
        var refersToItself = entry.Table.ForeignKeys.Any(k => k.TargetTable.Equals(entry.Table.Name, StringComparison.OrdinalIgnoreCase));
        if (refersToItself)
            await ExecuteAsync(context, "SET CONSTRAINTS ALL DEFERRED", ct);
        using var inserter = new RowInserter(context, entry);
        foreach (var block in spool.Read().Append(last.Bytes))
        {
            // It takes so long that whoever sent it can lose the right to it while it runs.
            if (!IsAllowed(clock))
                return StorageErrors.NoLongerAllowed;
            Error? refused = null;
            _count += await inserter.InsertAsync(block, fault =>
            {
                refused = LineFaults.At(fault.Line, fault.Error);
                return false;
            }, ct);
            if (refused is not null)
                return inserter.HasIgnored && !await context.IsCurrentAsync(entry, ct) ? Error.StaleTable : refused;
        }

        if (refersToItself && await HasDanglingReferencesAsync(context, ct))
            return RecordErrors.DanglingReferences;
        await inserter.AdvanceAsync(ct);
        return null;
    }

    public override long Value() => _count;

    private static async ValueTask<bool> HasDanglingReferencesAsync(WriteContext context, CancellationToken ct)
    {
        try
        {
            await ExecuteAsync(context, "SET CONSTRAINTS ALL IMMEDIATE", ct);
            return false;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return true;
        }
    }

    private static async ValueTask ExecuteAsync(WriteContext context, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, context.Connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
