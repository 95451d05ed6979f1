using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Removes one record, if it is the one that the precondition names.</summary>
internal sealed class DeleteRecord(OpenTable table, RecordId id, Precondition ifMatch, CancellationToken ct) : WriteOperation<Done>(table.Caller, ct)
{
    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(table.Table, out var entry, out var stale))
            return stale;
        if (PreconditionCheck.Fails(entry, context.Connection, id, ifMatch) is { } failed)
            return failed;

        var delete = context.Connection.Prepare(entry.Sql.Delete);
        try
        {
            DraftBinding.Bind(delete, 1, id);
            var code = delete.TryStep();
            if (ResultCodes.Primary(code) == ResultCodes.Constraint)
                return SqliteErrors.Translate(code);
            if (code != ResultCodes.Done)
                throw context.Connection.Fault(code);
            return context.Connection.Changes > 0 ? null : PreconditionCheck.NotChanged(entry, context.Connection, id);
        }
        finally
        {
            delete.Reset();
        }
    }

    protected override Done Value() => new();
}
