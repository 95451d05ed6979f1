using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Schema;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>
/// The catalogues of the databases that were used of late, so that a request costs no look at the server's. Each is one version of its database's schema; a write that finds another version there, and a
/// notice of another replica, drop it. Bounded: those that nobody used longest go first. Thread-safe.
/// </summary>
internal sealed class Catalogues(PostgresServer server, FirstUse firstUse, int capacity = 4000)
{
    private readonly ConcurrentDictionary<DatabaseId, Slot> _slots = new();
    private readonly Lock _trimming = new();

    /// <summary>How many are kept.</summary>
    public int Count => _slots.Count;

    /// <summary>The kept catalogue, if there is one.</summary>
    public DatabaseCatalog? Find(DatabaseId id)
    {
        if (!_slots.TryGetValue(id, out var slot))
            return null;
        slot.Touch();
        return slot.Current;
    }

    /// <summary>The last that was kept, even if it was dropped since: tables that did not change stay the same instances.</summary>
    public DatabaseCatalog? FindLast(DatabaseId id) => _slots.TryGetValue(id, out var slot) ? slot.Last : null;

    /// <summary>
    /// The kept catalogue, or the one that the server has. The first use of a database makes it. Fails with database_not_found, unavailable for one whose schema is gone, or busy when others read it for too long.
    /// </summary>
    /// <param name="fresh">Whether to ask the server in any case whether the kept one is the current one.</param>
    public ValueTask<Result<DatabaseCatalog>> GetAsync(DatabaseId id, bool fresh, CancellationToken ct) =>
        !fresh && Find(id) is { } kept ? new(kept) : ReadAsync(id, ct);

    /// <summary>Drops what is kept of a database: its schema changed, or it is gone. Reads that are under way are not kept.</summary>
    public void Forget(DatabaseId id)
    {
        if (_slots.TryGetValue(id, out var slot))
            slot.Forget();
    }

    /// <summary>
    /// What a write is told of a database whose version is negative: it is being moved, and <see cref="Moving.Fence"/> lets it wait until it is clear where to. What is kept stays: reads go on with it.
    /// </summary>
    public static Error Closed => Error.StaleTable;

    /// <summary>Drops everything: notices may have been missed.</summary>
    public void ForgetAll()
    {
        foreach (var (_, slot) in _slots)
            slot.Forget();
    }

    private async ValueTask<Result<DatabaseCatalog>> ReadAsync(DatabaseId id, CancellationToken ct)
    {
        var slot = _slots.GetOrAdd(id, static _ => new Slot());
        slot.Touch();
        Trim();

        // One at a time for each database: those who wait find what the first one read.
        var seen = slot.Epoch;
        if (!await slot.Reading.WaitAsync(server.Options.QueryTimeout, ct))
            return StorageErrors.Busy;
        try
        {
            if (slot.Current is { } read && slot.Epoch != seen)
                return read;
            var epoch = slot.Epoch;
            var found = await ReadAsync(slot, id, ct);
            if (found is null && !(await firstUse.MakeAsync(id, ct)).TryGet(out _, out var error))
                return error;
            found ??= await ReadAsync(slot, id, ct);
            return found is not null ? slot.Keep(found, epoch) : StorageErrors.Unavailable; // its schema is gone
        }
        finally
        {
            slot.Reading.Release();
        }
    }

    /// <summary>Null where there is no schema.</summary>
    private async ValueTask<DatabaseCatalog?> ReadAsync(Slot slot, DatabaseId id, CancellationToken ct)
    {
        var dialect = OwnTables.DialectOf(id);
        await using var opened = await server.OpenAsync(id, ct);
        var connection = opened.Connection;
        if (slot.Current is { } kept && await SchemaReader.ReadVersionAsync(connection, dialect, ct) == kept.SchemaVersion)
            return kept;
        return await SchemaReader.ReadAsync(connection, dialect, slot.Last, ct);
    }

    private void Trim()
    {
        if (_slots.Count <= capacity || !_trimming.TryEnter())
            return;
        try
        {
            foreach (var (id, _) in _slots.OrderBy(s => s.Value.Used).Take(_slots.Count - (capacity * 3 / 4)).ToList())
                _slots.TryRemove(id, out _);
        }
        finally
        {
            _trimming.Exit();
        }
    }

    /// <summary>What is kept of one database.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing that must be given back.")]
    private sealed class Slot
    {
        private readonly Lock _lock = new();
        private volatile DatabaseCatalog? _current;
        private long _epoch;
        private long _used;

        public SemaphoreSlim Reading { get; } = new(1);

        public DatabaseCatalog? Current => _current;

        /// <summary>The last that was current: tables that did not change stay the same instances.</summary>
        public DatabaseCatalog? Last { get; private set; }

        /// <summary>Goes up whenever the catalogue is dropped or read.</summary>
        public long Epoch => Volatile.Read(ref _epoch);

        public long Used => Volatile.Read(ref _used);

        public void Touch() => Volatile.Write(ref _used, Environment.TickCount64);

        public void Forget()
        {
            lock (_lock)
            {
                _epoch++;
                _current = null;
            }
        }

        /// <summary>Keeps a catalogue unless it was dropped while it was read; gives it either way.</summary>
        public DatabaseCatalog Keep(DatabaseCatalog catalog, long epoch)
        {
            lock (_lock)
            {
                if (_epoch != epoch)
                    return catalog;
                _epoch++;
                Last = catalog;
                _current = catalog;
                return catalog;
            }
        }
    }
}
