using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Importing;

/// <summary>Adds the rows of a block, each by itself: one that the table refuses is noted and left out.</summary>
internal sealed class InsertEach(OpenTable table, RowBlock block, CancellationToken ct) : WriteOperation<BatchReport>(table.Caller, ct)
{
    private readonly List<RowFault> _faults = [];
    private int _count;

    public override bool IsMultiStatement => true;

    public override int Bytes => block.Bytes.Length;

    public override unsafe Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        _count = 0;
        _faults.Clear();
        var inserter = new RowInserter(entry, context.Connection, isDeferred: false);
        var values = new DraftValue[entry.Table.Columns.Count];
        var rows = new RowBlockReader(block.Bytes.Span);
        fixed (byte* bytes = block.Bytes.Span)
        {
            while (rows.Read(values))
            {
                var before = context.Changes.Here;
                if (inserter.Insert(values, bytes) is not { } error)
                {
                    _count++;
                    continue;
                }

                // A table of another program can say ON CONFLICT ROLLBACK; then the rows before are gone too.
                if (!context.Connection.IsInTransaction)
                    return error;
                context.Changes.ReturnTo(before);
                _faults.Add(new RowFault(rows.Line, error));
            }
        }

        return null;
    }

    protected override BatchReport Value() => new(_count, _faults);
}
