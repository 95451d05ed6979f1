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
        if (PreconditionCheck.Fails(entry, context.Connection, id, ifMatch) is { } failed)
            return failed;
        var error = Run(entry, context.Connection, entry.Sql.Update(Draft), id, out var found);
        return error ?? (found ? null : PreconditionCheck.NotChanged(entry, context.Connection, id));
    }
}
