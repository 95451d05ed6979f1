using Nebula.Core;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Reading;

/// <summary>
/// The few connections that read one database: so many for scans, and one more that point reads can always get. Opened when first needed. Thread-safe.
/// </summary>
internal sealed class ReaderPool(Func<Connection> open, int scans) : IDisposable
{
    private readonly SemaphoreSlim _free = new(scans + 1);
    private readonly SemaphoreSlim _freeForScans = new(scans);
    private readonly Stack<Connection> _idle = new();
    private readonly Lock _lock = new();

    /// <summary>The connections that nobody uses at this moment; for tests.</summary>
    internal IEnumerable<Connection> Idle => _idle;

    /// <summary>A connection at once, or null when all are in use.</summary>
    public Connection? TryRent() => _free.Wait(0, CancellationToken.None) ? Take() : null;

    /// <summary>A connection when one is free; fails with busy after the timeout.</summary>
    public async ValueTask<Result<Connection>> RentAsync(TimeSpan timeout, CancellationToken ct) =>
        await _free.WaitAsync(timeout, ct) ? Take() : SqliteErrors.Busy;

    /// <summary>A connection for a statement that may run long; fails with busy after the timeout.</summary>
    public async ValueTask<Result<Connection>> RentForScanAsync(TimeSpan timeout, CancellationToken ct)
    {
        if (!await _freeForScans.WaitAsync(timeout, ct))
            return SqliteErrors.Busy;
        try
        {
            if ((await RentAsync(timeout, ct)).TryGet(out var connection, out var error))
                return connection;
            _freeForScans.Release();
            return error;
        }
        catch
        {
            _freeForScans.Release();
            throw;
        }
    }

    public void Return(Connection connection)
    {
        lock (_lock)
            _idle.Push(connection);
        _free.Release();
    }

    public void ReturnFromScan(Connection connection)
    {
        connection.ClearDeadline();
        Return(connection);
        _freeForScans.Release();
    }

    /// <summary>Closes everything; nothing is rented any more.</summary>
    public void Dispose()
    {
        foreach (var connection in _idle)
            connection.Dispose();
        _idle.Clear();
        _free.Dispose();
        _freeForScans.Dispose();
    }

    private Connection Take()
    {
        lock (_lock)
        {
            if (_idle.TryPop(out var idle))
                return idle;
        }

        try
        {
            return open();
        }
        catch
        {
            _free.Release();
            throw;
        }
    }
}
