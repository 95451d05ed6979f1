using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>Removes one record, if it is the one that the precondition names.</summary>
internal sealed class DeleteRecord(OpenTable table, RecordId id, Precondition ifMatch, CancellationToken ct) : WriteOperation<Done>(table.Caller, ct)
{
    public override Error? Execute(WriteContext context) =>
        context.TryOpen(table.Table, out var entry, out var stale) ? RowWrite.Delete(entry, context.Connection, id, ifMatch) : stale;

    public override void Save(Utf8Buffer answer)
    {
    }

    public override void Restore(ReadOnlySpan<byte> answer)
    {
    }

    protected override Done Value() => new();
}
