using System.Diagnostics;
using Nebula.Core;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// Sends writes of one statement to the server: at once while few are under way, else whatever waits together, in one round trip and one transaction with one sync of the server's disk. No timer: while
/// one transaction commits, the next one gathers.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class GatheringWriter(PostgresServer server, SharedTransaction transaction)
{
    private const int MaxStatements = 64;
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<(StatementWrite Write, long Since)> _waiting = new();

    // Half of them would leave too little to gather; a second one keeps the server busy while the answers of the first are read.
    private readonly int _width = Math.Clamp(server.Options.PoolSize / 4, 1, 4);
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
            await transaction.RunAsync(next, CancellationToken.None);
            foreach (var write in next)
                End(write);
        }
    }

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
