using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Adds one record.</summary>
internal sealed class InsertRecord(OpenTable table, RecordDraft draft, CancellationToken ct) : RecordWrite(table, draft, ct)
{
    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(Table.Table, out var entry, out var stale))
            return stale;
        var error = RowWrite.Insert(entry, context.Connection, Draft, out var record);
        Written = record;
        return error;
    }
}
