using Nebula.Core.Changes;
using Nebula.Core.Records;
using Nebula.Storage.Schema;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// What the rows of a transaction gained and lost, heard from SQLite itself so that cascades count too. What a failed operation changed is taken
/// back, as its rows were. Used by the writer's thread only.
/// </summary>
internal sealed class RowChanges : IRowChangeListener
{
    private const int Delete = 9;
    private const int Insert = 18;

    private readonly List<(CatalogTable Table, int Delta)> _deltas = [];
    private readonly List<(CatalogTable Table, RecordId Record, ChangeKind Kind)> _log = [];
    private DatabaseCatalog _catalog = new(0, [], keepsLog: false);
    private CatalogTable? _last;

    /// <summary>Each changed table with how many rows it gained; a table can stand here more than once.</summary>
    public IReadOnlyList<(CatalogTable Table, int Delta)> Deltas => _deltas;

    /// <summary>Each changed row, if the log is on.</summary>
    public IReadOnlyList<(CatalogTable Table, RecordId Record, ChangeKind Kind)> Log => _log;

    /// <summary>Begins a transaction.</summary>
    public void Begin(DatabaseCatalog catalog)
    {
        _deltas.Clear();
        _log.Clear();
        (_catalog, _last) = (catalog, null);
    }

    /// <summary>Where an operation begins, for <see cref="RollBackTo"/>.</summary>
    public (int, int) Mark()
    {
        _last = null; // so that the next delta is an entry of its own
        return (_deltas.Count, _log.Count);
    }

    public void RollBackTo((int Deltas, int Log) mark)
    {
        _deltas.RemoveRange(mark.Deltas, _deltas.Count - mark.Deltas);
        _log.RemoveRange(mark.Log, _log.Count - mark.Log);
        _last = null;
    }

    /// <summary>Where the next change comes, for <see cref="ReturnTo"/>: asked before each of very many rows, so it begins no entry of its own.</summary>
    public (int Deltas, int LastDelta, int Log) Here => (_deltas.Count, _deltas.Count == 0 ? 0 : _deltas[^1].Delta, _log.Count);

    /// <summary>Takes back what a statement changed that undid itself.</summary>
    public void ReturnTo((int Deltas, int LastDelta, int Log) point)
    {
        RollBackTo((point.Deltas, point.Log));
        if (point.Deltas > 0)
            _deltas[^1] = (_deltas[^1].Table, point.LastDelta);
    }

    public void OnRowChange(int operation, ReadOnlySpan<byte> utf8Table, long rowId)
    {
        var delta = operation switch { Insert => 1, Delete => -1, _ => 0 };
        if (delta == 0 && !_catalog.KeepsLog)
            return;

        if (_last is null || !utf8Table.SequenceEqual(_last.Utf8Name))
        {
            if (Find(utf8Table) is not { } table)
                return; // one of Nebula's own tables, or of a full-text index; those come between any two rows, which are still one entry
            _last = table;
            _deltas.Add((_last, delta));
        }
        else
        {
            _deltas[^1] = (_last, _deltas[^1].Delta + delta);
        }

        if (_catalog.KeepsLog)
            _log.Add((_last, new RecordId(rowId), delta switch { 1 => ChangeKind.Insert, -1 => ChangeKind.Delete, _ => ChangeKind.Update }));
    }

    private CatalogTable? Find(ReadOnlySpan<byte> utf8Name)
    {
        foreach (var table in _catalog.Entries)
        {
            if (utf8Name.SequenceEqual(table.Utf8Name))
                return table;
        }

        return null;
    }
}
