using Nebula.Core.Tables;
using Nebula.Storage.Schema;

namespace Nebula.Storage.Sqlite;

/// <summary>
/// How many rows each table has, kept instead of counted: counted once when it is first asked for, changed with each commit after that, and forgotten
/// when another program wrote the file. Thread-safe.
/// </summary>
internal sealed class RowCounts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TableId, Total> _totals = [];

    public bool TryGet(Table table, out long rows)
    {
        lock (_lock)
        {
            rows = 0;
            if (!_totals.TryGetValue(table.Id, out var total) || !total.IsKnown)
                return false;
            rows = total.Rows;
            return true;
        }
    }

    /// <summary>
    /// Begins to count on a snapshot that was taken while the writer's lock was held: what commits from now on is added to what the count finds. Null when
    /// another count is under way.
    /// </summary>
    public Total? BeginCount(Table table)
    {
        lock (_lock)
        {
            var total = new Total();
            return _totals.TryAdd(table.Id, total) ? total : null;
        }
    }

    /// <summary>Ends a count. It is kept unless everything was forgotten meanwhile: then it says nothing about the present, even if another one was begun.</summary>
    public void EndCount(Table table, Total begun, long counted)
    {
        lock (_lock)
        {
            if (!_totals.TryGetValue(table.Id, out var total) || !ReferenceEquals(total, begun))
                return;
            total.Rows += counted;
            total.IsKnown = true;
        }
    }

    public void AbandonCount(Table table, Total begun)
    {
        lock (_lock)
        {
            if (_totals.TryGetValue(table.Id, out var total) && ReferenceEquals(total, begun))
                _totals.Remove(table.Id);
        }
    }

    /// <summary>Takes over what a commit changed.</summary>
    public void Apply(IReadOnlyList<(CatalogTable Table, int Delta)> deltas)
    {
        if (deltas.Count == 0)
            return;
        lock (_lock)
        {
            foreach (var (table, delta) in deltas)
            {
                if (_totals.TryGetValue(table.Table.Id, out var total))
                    total.Rows += delta;
            }
        }
    }

    public void Forget()
    {
        lock (_lock)
            _totals.Clear();
    }

    /// <summary>A total that is known, or being found.</summary>
    internal sealed class Total
    {
        /// <summary>The total, or while counting what commits have added since the snapshot.</summary>
        public long Rows { get; set; }

        public bool IsKnown { get; set; }
    }
}
