using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Removes one record in a transaction of several statements: with a precondition, or for a request that may be sent again.</summary>
internal sealed class RemoveOne(OpenTable table, RecordId id, Precondition ifMatch) : TransactionWrite<Done>(table.Caller, table.Database.Id)
{
    public override async ValueTask<Error?> ExecuteAsync(WriteContext context, CancellationToken ct) =>
        context.TryOpen(table.Table, out var entry, out var stale) ? await RowWrite.DeleteAsync(context, entry, id, ifMatch, ct) : stale;

    public override void Save(Utf8Buffer answer)
    {
    }

    public override void Restore(ReadOnlySpan<byte> answer)
    {
    }

    public override Done Value() => new();
}
