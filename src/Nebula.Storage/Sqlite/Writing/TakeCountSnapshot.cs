using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// Opens a reader's snapshot while the writer's lock is held: what commits after it, this batch included, is added to what the reader counts in it. Changes
/// nothing, so its commit syncs nothing.
/// </summary>
internal sealed class TakeCountSnapshot(OpenDatabase database, Table table, Connection reader, CancellationToken ct) : WriteOperation<bool>(null, ct)
{
    private bool _mayCount;

    public override Error? Execute(WriteContext context)
    {
        if (!context.TryOpen(table, out _, out var stale))
            return stale;
        if (_mayCount)
            return null; // a replay: the snapshot is taken, and nothing was committed since
        _mayCount = database.Counts.BeginCount(table);
        if (_mayCount)
        {
            reader.Execute("BEGIN");
            reader.ExecuteInteger("SELECT count(*) FROM sqlite_schema LIMIT 1");
        }

        return null;
    }

    protected override bool Value() => _mayCount;

    protected override void Discard()
    {
        if (_mayCount)
            database.Counts.AbandonCount(table);
    }
}
