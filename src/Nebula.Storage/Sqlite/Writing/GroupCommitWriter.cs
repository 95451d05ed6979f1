using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
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

    // Whoever takes an operation out of the queue under its lock, to run it or to give it up, is the only one who ends it.
    private readonly Lock _lock = new();
    private readonly Queue<WriteOperation> _waiting = new();
    private volatile bool _isScheduled;

    private volatile bool _isHeld;
    private volatile bool _isLeft;

    // The running thread's own.
    private readonly List<WriteOperation> _batch = [];
    private int _settled;

    public static Error NoLongerAllowed { get; } = new(ErrorCodes.Unauthenticated, "The credential was revoked while the request waited.");

    /// <summary>Queues a write. The task ends after its commit.</summary>
    public ValueTask<Result<T>> RunAsync<T>(WriteOperation<T> operation) => RunAsync(operation, options.WriteTimeout);

    /// <summary>Queues a write that gives up as busy when it has waited so long. The task ends after its commit.</summary>
    public ValueTask<Result<T>> RunAsync<T>(WriteOperation<T> operation, TimeSpan patience)
    {
        operation.Deadline = Stopwatch.GetTimestamp() + (long)(patience.TotalSeconds * Stopwatch.Frequency);
        lock (_lock)
        {
            _waiting.Enqueue(operation);
            if (_isScheduled)
                return operation.Completion;
            _isScheduled = true;
        }

        Schedule();
        return operation.Completion;
    }

    /// <summary>
    /// Waits until no thread uses the connection any more: requests are answered before the batch is quite over. Nothing may be queued any more.
    /// </summary>
    public void WaitUntilIdle()
    {
        var spin = new SpinWait();
        while (_isScheduled)
            spin.SpinOnce();
    }

    /// <summary>
    /// Lets no write begin: those that come wait, until <see cref="Release"/> or <see cref="Leave"/>. True once the one that runs is over; false, with everything as it was, when that takes longer than the
    /// patience.
    /// </summary>
    public async ValueTask<bool> HoldAsync(TimeSpan patience, CancellationToken ct)
    {
        _isHeld = true;
        try
        {
            await Task.Run(() => target.RunExclusive(() => true), ct).WaitAsync(patience, clock, ct);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _isHeld = false;
            ct.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>Ends a hold.</summary>
    public void Release() => _isHeld = false;

    /// <summary>Ends a hold, and every write that waits or is still to come, as a write to a stale table: the database is elsewhere now.</summary>
    public void Leave() => _isLeft = true;

    /// <summary>Runs one batch and arranges for the next. Never throws: a fault ends in the outcome of the batch.</summary>
    public void RunBatch()
    {
        if (_isLeft)
            FailWaiting(Error.StaleTable);
        var isBusy = false;
        try
        {
            isBusy = !target.RunExclusive(RunUnlessHeld);
        }
        catch (Exception e)
        {
            Fail(target.OnFault(e));
        }

        Complete();
        if (isBusy)
        {
            GiveUpExpired();
            if (Rests())
                return;

            // The lock is another program's: this thread must not sit and wait for it, other databases need it.
            _ = Task.Delay(_busyRetry, clock).ContinueWith(_ => Schedule(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return;
        }

        target.AfterCommit();
        if (!Rests())
            Schedule();
    }

    /// <summary>Ends those that have waited too long or were cancelled. On any thread: the one that runs the batch may be at it for long, or wait for its turn.</summary>
    public void GiveUpExpired()
    {
        List<WriteOperation>? expired = null;
        lock (_lock)
        {
            // All of them, because they do not all wait equally long; a full round keeps their order.
            for (var i = _waiting.Count; i > 0; i--)
            {
                var operation = _waiting.Dequeue();
                if (operation.IsCancelled || Stopwatch.GetTimestamp() > operation.Deadline)
                    (expired ??= []).Add(operation);
                else
                    _waiting.Enqueue(operation);
            }
        }

        foreach (var operation in expired ?? [])
        {
            operation.Outcome = SqliteErrors.Busy;
            End(operation);
        }
    }

    /// <summary>Queues the writer itself. When no thread is left to run it, nobody waits in vain.</summary>
    private void Schedule()
    {
        while (!threads.TryPost(this))
        {
            FailWaiting(SqliteErrors.Unavailable);
            if (Rests())
                return;
        }
    }

    /// <summary>Lets the next write schedule the writer, unless it came already.</summary>
    private bool Rests()
    {
        lock (_lock)
        {
            _isScheduled = _waiting.Count > 0;
            return !_isScheduled;
        }
    }

    private bool RunUnlessHeld() => !_isHeld && RunNext();

    /// <summary>False when another program holds the database.</summary>
    private bool RunNext()
    {
        if (!SuspendsForeignKeysNext())
            return RunTransaction(isSuspended: false);
        try
        {
            target.SuspendForeignKeys();
            return RunTransaction(isSuspended: true);
        }
        finally
        {
            target.ResumeForeignKeys();
        }
    }

    private bool SuspendsForeignKeysNext()
    {
        lock (_lock)
            return _waiting.TryPeek(out var first) && first.SuspendsForeignKeys;
    }

    private bool RunTransaction(bool isSuspended)
    {
        if (!target.TryBegin())
            return false;

        var started = Stopwatch.GetTimestamp();
        var bytes = 0;
        while (_batch.Count < MaxOperations && bytes < MaxBytes && TryTake(isSuspended, out var next))
        {
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
        for (; _settled < _batch.Count; _settled++)
        {
            var operation = _batch[_settled];
            if (operation.IsStopped)
                continue;
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
        var needsSavepoint = operation.IsMultiStatement || operation.Once is not null;
        if (needsSavepoint)
            target.Connection.Execute("SAVEPOINT operation");
        operation.Outcome = Guarded(operation);
        if (operation.Outcome is not null)
            target.Changes.RollBackTo(mark);
        if (!target.Connection.IsInTransaction)
            operation.IsStopped = operation.IsBounded && operation.Outcome?.Code == ErrorCodes.QueryTimeout;
        else if (needsSavepoint)
            EndSavepoint(operation);
    }

    private void EndSavepoint(WriteOperation operation)
    {
        if (operation.Outcome is not null)
            target.Connection.Execute("ROLLBACK TO operation");
        target.Connection.Execute("RELEASE operation");
    }

    private Error? Run(WriteOperation operation)
    {
        var context = new WriteContext(target.Connection, target.Catalog, target.Changes);
        return operation.Once is { } once ? KeptAnswers.RunOnce(operation, once, context, clock) : operation.Execute(context);
    }

    private Error? RunBounded(WriteOperation operation)
    {
        target.Connection.SetDeadline(options.QueryTimeout, operation.Cancellation);
        try
        {
            return Run(operation);
        }
        finally
        {
            target.Connection.ClearDeadline(); // undoing has to come to its end
        }
    }

    private Error? Guarded(WriteOperation operation)
    {
        try
        {
            return operation.IsBounded ? RunBounded(operation) : Run(operation);
        }
        catch (SqliteFaultException e) when (!SqliteErrors.IsCorruption(e.Code) && !SqliteErrors.IsInputOutput(e.Code) && SqliteErrors.OfWrite(e) is not null)
        {
            return SqliteErrors.OfWrite(e);
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

    /// <summary>The batch fell. What a replay had committed of it stays; when not even a batch came about, nobody who waits can be served.</summary>
    private void Fail(Error error)
    {
        foreach (var operation in _batch[_settled..])
            operation.Outcome = error;
        if (_batch.Count == 0)
            FailWaiting(error);
    }

    private void Complete()
    {
        foreach (var operation in _batch)
            End(operation);
        _batch.Clear();
        _settled = 0;
    }

    private void FailWaiting(Error error)
    {
        WriteOperation[] waiting;
        lock (_lock)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var operation in waiting)
        {
            operation.Outcome = error;
            End(operation);
        }
    }

    private static void End(WriteOperation operation)
    {
        if (operation.IsCancelled && operation.Outcome is not null)
            operation.Cancel();
        else
            operation.Complete();
    }

    /// <summary>The next of the transaction, unless it wants one of its own, or one in which references are treated otherwise.</summary>
    private bool TryTake(bool isSuspended, [NotNullWhen(true)] out WriteOperation? next)
    {
        lock (_lock)
        {
            return _waiting.TryPeek(out next)
                && next.SuspendsForeignKeys == isSuspended
                && !(next.RunsAlone && _batch.Count > 0)
                && _waiting.TryDequeue(out next);
        }
    }
}
