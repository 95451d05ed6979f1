using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Changes one record, if it is the one that the precondition names.</summary>
internal sealed class UpdateRecord(OpenTable table, RecordId id, RecordDraft draft, Precondition ifMatch, CancellationToken ct) : RecordWrite(table, draft, ct)
{
    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(Table.Table, out var entry, out var stale))
            return stale;
        var error = RowWrite.Update(entry, context.Connection, id, Draft, ifMatch, out var record);
        Written = record;
        return error;
    }
}
