using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// Opens a reader's snapshot while the writer's lock is held: what commits after it, this batch included, is added to what the reader counts in it. Changes
/// nothing, so its commit syncs nothing. Gives null when another request counts already.
/// </summary>
internal sealed class TakeCountSnapshot(OpenDatabase database, Table table, Connection reader, CancellationToken ct) : WriteOperation<RowCounts.Total?>(null, ct)
{
    private RowCounts.Total? _begun;

    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(table, out _, out var stale))
            return stale;
        if (_begun is not null)
            return null; // a replay: the snapshot is taken, and nothing was committed since
        _begun = database.Counts.BeginCount(table);
        if (_begun is not null)
        {
            reader.Execute("BEGIN");
            reader.ExecuteInteger("SELECT count(*) FROM sqlite_schema LIMIT 1");
        }

        return null;
    }

    protected override RowCounts.Total? Value() => _begun;

    protected override void Discard()
    {
        if (_begun is not null)
            database.Counts.AbandonCount(table, _begun);
    }
}
