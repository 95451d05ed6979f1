using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Nebula.Core;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// Sends writes of one statement to the server: at once while few are under way, else whatever waits together, in one round trip and one transaction with one sync of the server's disk. No timer: while
/// one transaction commits, the next one gathers. What waits for a row or a table that somebody else holds waits beside, a few at a time and not all of them of one database, so that it keeps nobody
/// else.
/// </summary>
/// <remarks>Thread-safe.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing that must be given back.")]
internal sealed class GatheringWriter(PostgresServer server, SharedTransaction transaction)
{
    private const int MaxStatements = 64;
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan _least = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<(StatementWrite Write, long Since)> _waiting = new();

    // Half of them would leave too little to gather; a second one keeps the server busy while the answers of the first are read.
    private readonly int _width = WidthOf(server);
    private readonly SemaphoreSlim _beside = new(WidthOf(server));
    private readonly DatabaseLimiter _besideOf = DatabaseLimiter.HalfOf(WidthOf(server));
    private int _underWay;

    /// <summary>Sends a write. The task ends after its commit.</summary>
    public ValueTask<Result<T>> RunAsync<T>(StatementWrite<T> write)
    {
        lock (_lock)
        {
            if (_underWay == _width)
            {
                _waiting.Enqueue((write, Stopwatch.GetTimestamp()));
                return write.Completion;
            }

            _underWay++;
        }

        _ = RunAsync([write]);
        return write.Completion;
    }

    /// <summary>Runs a transaction, and then whatever waits. Never throws: a fault ends in the outcomes.</summary>
    private async Task RunAsync(List<StatementWrite> writes)
    {
        for (var next = writes; next is not null; next = TakeWaiting())
        {
            var blocked = await transaction.RunAsync(next, CancellationToken.None);
            foreach (var write in next)
            {
                if (blocked.Contains(write))
                    _ = WaitAsync(write);
                else
                    End(write);
            }
        }
    }

    /// <summary>Runs a write that waits for what somebody else holds. Never throws.</summary>
    private async Task WaitAsync(StatementWrite write)
    {
        try
        {
            var since = Stopwatch.GetTimestamp();
            using var own = await _besideOf.TakeAsync(write.Table.Database.Id, server.Options.WriteTimeout, CancellationToken.None);
            if (await _beside.WaitAsync(Rest(since)))
            {
                await transaction.WaitAsync(write, Rest(since), CancellationToken.None);
                _beside.Release();
            }
            else
            {
                write.Outcome = StorageErrors.Busy;
            }
        }
        catch (UnavailableException e)
        {
            write.Outcome = e.Error;
        }

        End(write);
    }

    /// <summary>What is left of the time that a write may wait, but not nothing: that would be no limit to PostgreSQL.</summary>
    private TimeSpan Rest(long since)
    {
        var rest = server.Options.WriteTimeout - Stopwatch.GetElapsedTime(since);
        return rest > _least ? rest : _least;
    }

    private static int WidthOf(PostgresServer server) => Math.Clamp(server.Options.PoolSize / 4, 1, 4);

    private List<StatementWrite>? TakeWaiting()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _underWay--;
                return null;
            }

            var taken = new List<StatementWrite>(Math.Min(_waiting.Count, MaxStatements));
            for (var bytes = 0; taken.Count < MaxStatements && bytes < MaxBytes && _waiting.TryDequeue(out var next);)
            {
                if (Stopwatch.GetElapsedTime(next.Since) > server.Options.WriteTimeout)
                    next.Write.Outcome = StorageErrors.Busy;
                taken.Add(next.Write);
                bytes += next.Write.Bytes;
            }

            return taken;
        }
    }

    private static void End(StatementWrite write)
    {
        if (write.Cancellation.IsCancellationRequested && ReferenceEquals(write.Outcome, SharedTransaction.Cancelled))
            write.Cancel();
        else
            write.Complete();
    }
}
