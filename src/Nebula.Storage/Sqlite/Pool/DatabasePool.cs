using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Sqlite.Writing;

namespace Nebula.Storage.Sqlite.Pool;

/// <summary>
/// The open databases: opened when first used, closed when idle or when the place is needed for another, never more than allowed. Thread-safe.
/// </summary>
internal sealed class DatabasePool : IAsyncDisposable
{
    private static readonly TimeSpan _evictionRetry = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromSeconds(15);

    private readonly DatabaseOpener _opener;
    private readonly Quarantine _quarantine;
    private readonly StorageOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<DatabaseId, DatabaseSlot> _slots = new();
    private readonly SemaphoreSlim _places;
    private readonly SemaphoreSlim _longWrites = new(WriterThreads.MaxLongOperations);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sweeper;
    private int _closed;

    public DatabasePool(DatabaseOpener opener, Quarantine quarantine, StorageOptions options, TimeProvider clock, ILogger<DatabasePool> logger)
    {
        (_opener, _quarantine, _options, _clock, _logger) = (opener, quarantine, options, clock, logger);
        _places = new SemaphoreSlim(options.MaxOpenDatabases);
        _sweeper = Task.Run(SweepAsync);
    }

    /// <summary>How many databases are open or being opened.</summary>
    public int OpenCount => _options.MaxOpenDatabases - _places.CurrentCount;

    /// <summary>The database, opened if need be. Fails with database_not_found, busy or unavailable.</summary>
    public ValueTask<Result<DatabaseLease>> LeaseAsync(DatabaseId id, CancellationToken ct) =>
        _slots.TryGetValue(id, out var slot) && slot.TryEnter() ? new(new DatabaseLease(this, slot, id)) : LeaseSlowlyAsync(id, ct);

    /// <summary>Runs a write in the database's writer; ends after its commit.</summary>
    public async ValueTask<Result<T>> WriteAsync<T>(DatabaseId id, WriteOperation<T> operation, CancellationToken ct)
    {
        if (!(await LeaseAsync(id, ct)).TryGet(out var lease, out var error))
            return error;
        using (lease)
            return await lease.Database.Writer.RunAsync(operation);
    }

    /// <summary>The same for a write that may take any time: there are only so many at once, whatever database they are of, and another one waits as a write does.</summary>
    public async ValueTask<Result<T>> WriteLongAsync<T>(DatabaseId id, WriteOperation<T> operation, CancellationToken ct)
    {
        if (!await _longWrites.WaitAsync(_options.WriteTimeout, ct))
            return SqliteErrors.Busy;
        try
        {
            return await WriteAsync(id, operation, ct);
        }
        finally
        {
            _longWrites.Release();
        }
    }

    /// <summary>
    /// Closes a database and keeps it closed until the result is disposed; requests that come meanwhile wait. Fails with busy when it stays in use.
    /// </summary>
    public async ValueTask<Result<ExclusiveHold>> HoldAsync(DatabaseId id, CancellationToken ct)
    {
        var held = new DatabaseSlot();
        while (!_slots.TryAdd(id, held))
        {
            if (!_slots.TryGetValue(id, out var slot))
                continue;
            await slot.Opened.WaitAsync(ct);
            if (slot.RequestClose())
                Close(id, slot);
            if (!await WaitAsync(slot.Gone, ct))
                return SqliteErrors.Busy;
        }

        return new ExclusiveHold(this, id, held);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sweeper;

        foreach (var (id, slot) in _slots)
        {
            if (slot.RequestClose())
                Close(id, slot);
        }

        // Whoever still holds a lease closes the database when it lets go, and needs the writers and the metadata until then.
        await WaitAsync(Task.WhenAll(_slots.Values.Select(s => s.Gone)), CancellationToken.None);
        _stopping.Dispose();
    }

    /// <summary>Closes the database of a slot that nobody can enter any more.</summary>
    internal void Close(DatabaseId id, DatabaseSlot slot)
    {
        try
        {
            slot.Database.Dispose();
        }
        finally
        {
            // Whatever closing ran into, the place must not be lost and nobody may wait for ever.
            if (slot.Database.BrokenBy is not null)
                _quarantine.Suspect(id);
            Release(id, slot);
            _places.Release();
            Interlocked.Increment(ref _closed);
        }
    }

    /// <summary>Ends a hold.</summary>
    internal void Release(DatabaseId id, DatabaseSlot slot)
    {
        _slots.TryRemove(new(id, slot));
        slot.Leave();
    }

    private async ValueTask<Result<DatabaseLease>> LeaseSlowlyAsync(DatabaseId id, CancellationToken ct)
    {
        if (_stopping.IsCancellationRequested)
            return SqliteErrors.Unavailable;
        var opening = new DatabaseSlot();
        while (!_slots.TryAdd(id, opening))
        {
            if (!_slots.TryGetValue(id, out var slot))
                continue;
            if (slot.TryEnter())
                return new DatabaseLease(this, slot, id);
            if (!await WaitAsync(slot.Opened.IsCompleted ? slot.Gone : slot.Opened, ct))
                return SqliteErrors.Busy;
        }

        var hasPlace = false;
        try
        {
            if (_quarantine.Find(id) is { } quarantined)
                return quarantined;
            hasPlace = await TakePlaceAsync(ct);
            if (!hasPlace)
                return SqliteErrors.Busy;
            if (!(await _opener.OpenAsync(id, ct)).TryGet(out var database, out var error))
                return error;

            opening.Publish(database);
            hasPlace = false; // goes back when the database is closed
            return new DatabaseLease(this, opening, id);
        }
        finally
        {
            if (hasPlace)
                _places.Release();
            if (!opening.Opened.IsCompleted)
                Release(id, opening);
        }
    }

    /// <summary>A place for one more database, if need be that of the one which was not used for longest.</summary>
    private async ValueTask<bool> TakePlaceAsync(CancellationToken ct)
    {
        var started = _clock.GetTimestamp();
        while (!_places.Wait(0, ct))
        {
            if (CloseOldest())
                continue;
            if (_clock.GetElapsedTime(started) > _options.WriteTimeout)
                return false;
            if (await _places.WaitAsync(_evictionRetry, ct))
                return true;
        }

        return true;
    }

    private bool CloseOldest()
    {
        foreach (var (id, slot) in _slots.Where(s => s.Value.IsIdle).OrderBy(s => s.Value.LastUsed))
        {
            if (!slot.TryClose())
                continue;
            Close(id, slot);
            return true;
        }

        return false;
    }

    private async ValueTask<bool> WaitAsync(Task task, CancellationToken ct)
    {
        try
        {
            await task.WaitAsync(_options.WriteTimeout, _clock, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(_sweepInterval, _clock);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(_stopping.Token))
                    return;
                var before = Environment.TickCount64 - (long)_options.IdleDatabaseTimeout.TotalMilliseconds;
                foreach (var (id, slot) in _slots.Where(s => s.Value.IsIdle && s.Value.LastUsed < before))
                {
                    if (slot.TryClose())
                        Close(id, slot);
                }

                if (Interlocked.Exchange(ref _closed, 0) > 0)
                    Allocator.Trim();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever one database did, the others are still to be closed in time.
                StorageLog.IdleSweepFailed(_logger, e);
            }
        }
    }
}
