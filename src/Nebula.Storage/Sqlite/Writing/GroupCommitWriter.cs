using System.Collections.Concurrent;
using System.Diagnostics;
using Nebula.Core;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// The one writer of an open database. Takes whatever waits into one transaction, commits it with one sync of the disk, and only then tells those who
/// wait. No timer: while one batch syncs, the next one gathers.
/// </summary>
/// <remarks>Any thread may queue; one of <see cref="WriterThreads"/> at a time runs the batches.</remarks>
internal sealed class GroupCommitWriter(OpenDatabase target, WriterThreads threads, StorageOptions options, TimeProvider clock)
{
    private const int MaxOperations = 512;
    private const int MaxBytes = 8 * 1024 * 1024;
    private static readonly long _maxTicks = Stopwatch.Frequency / 200; // 5 ms
    private static readonly TimeSpan _busyRetry = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<WriteOperation> _waiting = new();
    private readonly List<WriteOperation> _batch = [];
    private int _isScheduled;

    /// <summary>Queues a write. The task ends after its commit.</summary>
    public ValueTask<Result<T>> RunAsync<T>(WriteOperation<T> operation)
    {
        operation.Deadline = Stopwatch.GetTimestamp() + (long)(options.WriteTimeout.TotalSeconds * Stopwatch.Frequency);
        _waiting.Enqueue(operation);
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
            threads.Post(this);
        return operation.Completion;
    }

    /// <summary>Runs one batch and arranges for the next. Never throws: a fault ends in the outcome of the batch.</summary>
    public void RunBatch()
    {
        var isBusy = false;
        try
        {
            isBusy = !target.RunExclusive(RunTransaction);
        }
        catch (Exception e)
        {
            var error = target.OnFault(e);
            foreach (var operation in _batch)
                operation.Outcome = error;
        }

        Complete();
        if (isBusy)
        {
            GiveUpExpired();
            if (!_waiting.IsEmpty)
            {
                // The lock is another program's: this thread must not sit and wait for it, other databases need it.
                _ = Task.Delay(_busyRetry, clock).ContinueWith(_ => threads.Post(this), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                return;
            }
        }
        else
        {
            target.AfterCommit();
        }

        Volatile.Write(ref _isScheduled, 0);
        if (!_waiting.IsEmpty && Interlocked.Exchange(ref _isScheduled, 1) == 0)
            threads.Post(this);
    }

    /// <summary>False when another program holds the database.</summary>
    private bool RunTransaction()
    {
        if (!target.TryBegin())
            return false;

        var started = Stopwatch.GetTimestamp();
        var bytes = 0;
        while (_batch.Count < MaxOperations && bytes < MaxBytes && _waiting.TryPeek(out var next) && !(next.RunsAlone && _batch.Count > 0))
        {
            _waiting.TryDequeue(out _);
            _batch.Add(next);
            bytes += next.Bytes;
            Execute(next);
            if (!target.Connection.IsInTransaction)
            {
                // The disk is full or failed, and SQLite undid everything: the others are not to blame.
                ReplayOneByOne();
                return true;
            }

            if (next.RunsAlone || Stopwatch.GetTimestamp() - started > _maxTicks)
                break;
        }

        if (TryCommit() is not { } code)
            return true;
        if (SqliteErrors.IsInputOutput(code))
            throw target.Connection.Fault(code); // nobody knows what reached the disk
        ReplayOneByOne();
        return true;
    }

    private void ReplayOneByOne()
    {
        foreach (var operation in _batch)
        {
            operation.Outcome = null;
            if (!target.TryBegin())
            {
                operation.Outcome = SqliteErrors.Busy;
                continue;
            }

            Execute(operation);
            if (!target.Connection.IsInTransaction)
                operation.Outcome ??= SqliteErrors.StorageFull;
            else if (TryCommit() is { } code)
                operation.Outcome = SqliteErrors.IsInputOutput(code) ? throw target.Connection.Fault(code) : SqliteErrors.Translate(code) ?? SqliteErrors.Unavailable;
        }
    }

    private void Execute(WriteOperation operation)
    {
        if (operation.IsCancelled || Stopwatch.GetTimestamp() > operation.Deadline)
        {
            operation.Outcome = SqliteErrors.Busy;
            return;
        }

        if (!operation.IsAllowed(clock))
        {
            operation.Outcome = NoLongerAllowed;
            return;
        }

        var mark = target.Changes.Mark();
        if (operation.IsMultiStatement)
            target.Connection.Execute("SAVEPOINT operation");
        operation.Outcome = Guarded(operation);
        if (operation.Outcome is not null)
            target.Changes.RollBackTo(mark);
        if (!operation.IsMultiStatement || !target.Connection.IsInTransaction)
            return;
        if (operation.Outcome is not null)
            target.Connection.Execute("ROLLBACK TO operation");
        target.Connection.Execute("RELEASE operation");
    }

    private Error? Guarded(WriteOperation operation)
    {
        try
        {
            return operation.Execute(new WriteContext(target.Connection, target.Catalog));
        }
        catch (SqliteFaultException e) when (!SqliteErrors.IsCorruption(e.Code) && !SqliteErrors.IsInputOutput(e.Code) && SqliteErrors.Translate(e.Code) is not null)
        {
            return SqliteErrors.Translate(e.Code);
        }
        catch (Exception e) when (e is not SqliteFaultException fault || !(SqliteErrors.IsCorruption(fault.Code) || SqliteErrors.IsInputOutput(fault.Code)))
        {
            // A fault of this program. What the operation did so far must not be committed: undo everything and replay the others without it.
            target.RollBack();
            return target.OnOperationFault(e);
        }
    }

    /// <summary>Null when everything is on disk, else the code; the transaction is over either way.</summary>
    private int? TryCommit()
    {
        if (_batch.TrueForAll(o => o.Outcome is not null))
        {
            target.RollBack();
            return null;
        }

        var code = target.TryCommit();
        if (code == ResultCodes.Ok)
            return null;
        if (target.Connection.IsInTransaction)
            target.RollBack();
        return code;
    }

    private void Complete()
    {
        foreach (var operation in _batch)
        {
            if (operation.IsCancelled && operation.Outcome is not null)
                operation.Cancel();
            else
                operation.Complete();
        }

        _batch.Clear();
    }

    private void GiveUpExpired()
    {
        // Those behind an operation that still may wait came later and may wait longer.
        while (_waiting.TryPeek(out var operation) && (operation.IsCancelled || Stopwatch.GetTimestamp() > operation.Deadline))
        {
            _waiting.TryDequeue(out _);
            operation.Outcome = SqliteErrors.Busy;
            if (operation.IsCancelled)
                operation.Cancel();
            else
                operation.Complete();
        }
    }

    private static Error NoLongerAllowed { get; } = new(ErrorCodes.Unauthenticated, "The credential was revoked while the request waited.");
}
