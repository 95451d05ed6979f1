using System.Diagnostics.CodeAnalysis;
using Nebula.Core;
using Nebula.Core.Databases;

namespace Nebula.Storage.Postgres;

/// <summary>
/// Bounds how much of what all databases share one of them has at a time, so that one whose requests all wait for the same lock leaves the others the rest. Those beyond it wait in line. Keeps nothing of
/// a database that nobody uses at the moment, and allocates nothing where nobody has to wait. Thread-safe.
/// </summary>
internal sealed class DatabaseLimiter(int limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DatabaseId, Share> _shares = [];
    private readonly Stack<Share> _unused = [];

    /// <summary>Half of what there is, rounded up.</summary>
    public static DatabaseLimiter HalfOf(int size) => new((size + 1) / 2);

    /// <summary>How many databases have something at the moment.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _shares.Count;
        }
    }

    /// <summary>Takes one for a database, to be given back by disposing. Throws <see cref="UnavailableException"/> with <see cref="StorageErrors.Busy"/> when none comes free in time.</summary>
    public ValueTask<Lease> TakeAsync(DatabaseId id, TimeSpan patience, CancellationToken ct)
    {
        var share = Enter(id);
        var free = share.Free.WaitAsync(patience, ct);
        return free is { IsCompletedSuccessfully: true, Result: true } ? new(new Lease(this, share)) : AwaitAsync(share, free);
    }

    private async ValueTask<Lease> AwaitAsync(Share share, Task<bool> free)
    {
        var isTaken = false;
        try
        {
            isTaken = await free;
        }
        finally
        {
            if (!isTaken)
                Leave(share);
        }

        return isTaken ? new Lease(this, share) : throw new UnavailableException(StorageErrors.Busy);
    }

    private Share Enter(DatabaseId id)
    {
        lock (_lock)
        {
            if (!_shares.TryGetValue(id, out var share))
            {
                share = _unused.TryPop(out var unused) ? unused : new Share(limit);
                share.Database = id;
                _shares.Add(id, share);
            }

            share.Users++;
            return share;
        }
    }

    private void Leave(Share share)
    {
        lock (_lock)
        {
            if (--share.Users > 0)
                return;
            _shares.Remove(share.Database);
            _unused.Push(share);
        }
    }

    /// <summary>What a database has taken. Is given back once.</summary>
    public readonly struct Lease : IDisposable
    {
        private readonly DatabaseLimiter _limiter;
        private readonly Share _share;

        internal Lease(DatabaseLimiter limiter, Share share) => (_limiter, _share) = (limiter, share);

        public void Dispose()
        {
            _share.Free.Release();
            _limiter.Leave(_share);
        }
    }

    /// <summary>What one database may have.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing that must be given back.")]
    internal sealed class Share(int limit)
    {
        public DatabaseId Database { get; set; }

        public SemaphoreSlim Free { get; } = new(limit);

        /// <summary>Those who have something or wait for it.</summary>
        public int Users { get; set; }
    }
}
