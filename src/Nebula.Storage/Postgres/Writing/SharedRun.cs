using System.Data;
using System.Globalization;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Tables;
using Nebula.Storage.Postgres.Values;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>One run of writes over one connection: together as long as that gets on, else one by one. Used once, by one task.</summary>
/// <param name="open">The writes in the order in which they are sent. Those that have their outcome are taken out.</param>
/// <param name="isWanted">Asked of each write right before it is sent; where not, it has got its outcome.</param>
/// <param name="patience">How long a statement waits for what somebody else holds.</param>
/// <param name="longest">How long all of them may run.</param>
internal sealed class SharedRun(List<SentWrite> open, WriteFaults faults, Func<StatementWrite, bool> isWanted, TimeSpan patience, TimeSpan longest)
{
    private const int MaxAttempts = 4;

    private readonly HashSet<(DatabaseId, TableId)> _held = [];
    private int _attempt;

    /// <summary>The writes that wait for what somebody else holds. They changed nothing.</summary>
    public List<StatementWrite> Blocked { get; } = new(0);

    /// <summary>Sends the writes until none is open. Throws when the connection breaks: what came of those that are open then, nobody knows.</summary>
    public async Task RunAsync(NpgsqlConnection connection)
    {
        for (_attempt = 1; ; _attempt++)
        {
            open.RemoveAll(s => !isWanted(s.Write));
            if (open.Count == 0)
                return;

            // Whatever fails one after the other is not worth running the others again and again.
            List<SentWrite> together = _attempt > MaxAttempts ? [open[0]] : [.. open];
            try
            {
                await SendAsync(connection, together);
                List<SentWrite> idle = [.. together.Where(s => !s.Write.IsDone)];
                open.RemoveAll(s => s.Write.IsDone && together.Contains(s)); // whatever happens from here on: they are committed
                foreach (var sent in idle)
                    End(sent, await faults.NotChangedAsync(connection, sent));
            }
            catch (NpgsqlException e) when (e is { InnerException: TimeoutException } and not PostgresException && connection.State == ConnectionState.Open)
            {
                // The server was told to give up and did: a connection that is still good says so. What is not open any more was committed before.
                foreach (var sent in together.Where(open.Contains))
                    End(sent, faults.Explain(sent, e));
            }
            catch (PostgresException e) when (connection.State == ConnectionState.Open)
            {
                var culprit = together.Count == 1 ? together[0] : together.Find(s => s.Command is not null && s.Command == e.BatchCommand);
                if (culprit is not null && e.SqlState == PostgresErrorCodes.LockNotAvailable)
                    SetAside(culprit);
                else if (culprit is not null && IsItsOwn(e))
                    End(culprit, await faults.ExplainAsync(connection, culprit, e));
                else if (together.Count > 1)
                    _attempt = MaxAttempts; // one by one from here on
                else if (!PostgresErrors.CanRunAgain(e) || together[0].Attempts++ >= MaxAttempts)
                    End(together[0], faults.Explain(together[0], e));
            }
        }
    }

    private async Task SendAsync(NpgsqlConnection connection, List<SentWrite> writes)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = (int)Math.Ceiling((longest + patience).TotalSeconds) };
        var milliseconds = ((long)patience.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('lock_timeout', $1, true)") { Parameters = { Binding.Of(milliseconds) } });
        foreach (var sent in writes)
        {
            sent.Write.Discard();
            sent.Command = sent.Write.Command(sent.Entry, sent.Version);
            batch.BatchCommands.Add(sent.Command);
        }

        await using (var rows = await batch.ExecuteReaderAsync())
        {
            foreach (var sent in writes.Where(s => s.Write.GivesRows))
            {
                await rows.NextResultAsync();
                await sent.Write.ReadAsync(rows, sent.Entry, CancellationToken.None);
            }

            while (await rows.NextResultAsync())
            {
                // To the end, where a fault of the commit would come.
            }
        }

        foreach (var sent in writes)
        {
            if (!sent.Write.GivesRows)
                sent.Write.Note(sent.Command!.Rows); // just sent
        }
    }

    private void End(SentWrite sent, Error outcome)
    {
        sent.Write.Outcome = outcome;
        open.Remove(sent);
    }

    /// <summary>Leaves out a write that waits for what somebody else holds, and those that would wait for the same: each such wait costs the others.</summary>
    private void SetAside(SentWrite culprit)
    {
        var isTable = !_held.Add(culprit.Place); // not the first of its table: the table itself may be held
        var isEnough = _attempt >= MaxAttempts;
        foreach (var sent in open.Where(s => isEnough || s == culprit || (isTable ? s.Place == culprit.Place : s.IsAboutSame(culprit))).ToList())
        {
            open.Remove(sent);
            Blocked.Add(sent.Write);
        }
    }

    /// <summary>Whether a statement failed by what it is, and not by who else was at the same rows.</summary>
    private static bool IsItsOwn(PostgresException e) =>
        e.SqlState is not (PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.QueryCanceled);
}
