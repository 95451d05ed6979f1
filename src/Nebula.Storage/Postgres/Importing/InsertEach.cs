using Nebula.Core;
using Nebula.Core.Records.Imports;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Writing;

namespace Nebula.Storage.Postgres.Importing;

/// <summary>Adds the rows of a block, each by itself: one that the table refuses is noted and left out.</summary>
internal sealed class InsertEach(OpenTable table, RowBlock block) : TransactionWrite<BatchReport>(table.Caller, table.Database.Id)
{
    private readonly List<RowFault> _faults = [];
    private int _count;

    /// <summary>The whole import has none either.</summary>
    public override TimeSpan? Deadline => Timeout.InfiniteTimeSpan;

    public override async ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        if (await RowCopy.HoldAsync(context.Connection, entry.Dialect, entry.Table, ct) != context.Catalog.SchemaVersion)
            return Error.StaleTable;
        _faults.Clear();
        using var inserter = new RowInserter(context, entry);
        _count = await inserter.InsertAsync(block.Bytes, fault =>
        {
            _faults.Add(fault);
            return true;
        }, ct);
        if (inserter.HasIgnored && !await context.IsCurrentAsync(entry, ct))
            return Error.StaleTable;
        await inserter.AdvanceAsync(ct);
        return null;
    }

    public override BatchReport Value() => new(_count, _faults);
}
