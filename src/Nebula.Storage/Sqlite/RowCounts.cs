using Nebula.Core.Tables;
using Nebula.Storage.Sqlite.Schema;

namespace Nebula.Storage.Sqlite;

/// <summary>
/// How many rows each table has, kept instead of counted: counted once when it is first asked for, changed with each commit after that, and forgotten
/// when another program wrote the file. Thread-safe.
/// </summary>
internal sealed class RowCounts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TableId, Entry> _entries = [];

    public bool TryGet(Table table, out long rows)
    {
        lock (_lock)
        {
            rows = 0;
            if (!_entries.TryGetValue(table.Id, out var entry) || !entry.IsKnown)
                return false;
            rows = entry.Rows;
            return true;
        }
    }

    /// <summary>
    /// Begins to count on a snapshot that was taken while the writer's lock was held: what commits from now on is added to what the count finds. False when
    /// another count is under way.
    /// </summary>
    public bool BeginCount(Table table)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(table.Id, out _))
                return false;
            _entries[table.Id] = new Entry();
            return true;
        }
    }

    /// <summary>Ends a count. The total is kept unless everything was forgotten meanwhile.</summary>
    public void EndCount(Table table, long counted)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(table.Id, out var entry) && !entry.IsKnown)
            {
                entry.Rows += counted;
                entry.IsKnown = true;
            }
        }
    }

    public void AbandonCount(Table table)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(table.Id, out var entry) && !entry.IsKnown)
                _entries.Remove(table.Id);
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
                if (_entries.TryGetValue(table.Table.Id, out var entry))
                    entry.Rows += delta;
            }
        }
    }

    public void Forget()
    {
        lock (_lock)
            _entries.Clear();
    }

    private sealed class Entry
    {
        /// <summary>The total, or while counting what commits have added since the snapshot.</summary>
        public long Rows { get; set; }

        public bool IsKnown { get; set; }
    }
}
