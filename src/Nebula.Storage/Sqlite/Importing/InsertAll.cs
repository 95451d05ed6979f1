using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Importing;
using Nebula.Storage.Rows;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>
/// Adds the rows of a whole body in a transaction of their own, all or none. It falls as a whole, without a savepoint: that would keep each page which changes in memory.
/// </summary>
internal sealed class InsertAll(OpenTable table, RowSpool spool, RowBlock last, TimeProvider clock, CancellationToken ct) : WriteOperation<long>(table.Caller, ct)
{
    private const int RowsBetweenLooks = 1000;

    private long _count;

    public override bool RunsAlone => true;

    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        _count = 0;

        // Rows of one body may refer to one another in any order.
        var refersToItself = entry.Table.ForeignKeys.Any(k => k.TargetTable.Equals(entry.Table.Name, StringComparison.OrdinalIgnoreCase));
        if (refersToItself)
            context.Connection.Execute("PRAGMA defer_foreign_keys = ON");
        var inserter = new RowInserter(entry, context.Connection, refersToItself);
        foreach (var block in spool.Read())
        {
            if (Insert(inserter, block.Span) is { } error)
                return error;
        }

        return Insert(inserter, last.Bytes.Span) ?? Interruption() ?? (refersToItself && context.Connection.HasDeferredViolations ? RecordErrors.DanglingReferences : null);
    }

    protected override long Value() => _count;

    private unsafe Error? Insert(RowInserter inserter, ReadOnlySpan<byte> block)
    {
        var values = new DraftValue[table.Table.Columns.Count];
        var rows = new RowBlockReader(block);
        fixed (byte* bytes = block)
        {
            while (rows.Read(values))
            {
                if (_count % RowsBetweenLooks == 0 && Interruption() is { } interruption)
                    return interruption;
                if (inserter.Insert(values, bytes) is { } error)
                    return LineFaults.At(rows.Line, error);
                _count++;
            }
        }

        return null;
    }

    /// <summary>An import takes so long that whoever sent it can leave, or lose the right to it, while it runs.</summary>
    private Error? Interruption() => IsCancelled ? SqliteErrors.Busy : IsAllowed(clock) ? null : GroupCommitWriter.NoLongerAllowed;
}
