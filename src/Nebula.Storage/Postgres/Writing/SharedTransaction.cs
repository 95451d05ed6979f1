using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Nebula.Storage.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// Runs writes of one statement each in one transaction, the implicit one of what is sent together: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING. One that fails
/// takes the others with it; it is told, and they are run again without it. Thread-safe.
/// </summary>
internal sealed class SharedTransaction(PostgresServer server, Catalogues catalogues, TimeProvider clock, ILogger logger)
{
    /// <summary>One that waits for a row that somebody else holds must not keep the others: it is then run alone, where it may wait longer.</summary>
    private const string Patience = "SELECT set_config('lock_timeout', '200ms', true)";

    private const int MaxAttempts = 4;

    /// <summary>The outcome of a write that was given up before it was sent.</summary>
    public static Error Cancelled { get; } = new(ErrorCodes.Unavailable, "The request was given up.");

    /// <summary>Gives every write its outcome. Never throws. Is not cut short by one of them that is given up.</summary>
    public async Task RunAsync(IReadOnlyList<StatementWrite> writes, CancellationToken ct)
    {
        var open = new List<Sent>(writes.Count);
        foreach (var write in writes)
        {
            if (write.Outcome is null && Begin(write) is { } sent)
                open.Add(sent);
        }

        if (open.Count == 0)
            return;
        if (open.Count > 1)
            open.Sort(static (a, b) => a.CompareTo(b));
        try
        {
            await using var connection = await server.OpenAsync(ct);
            await RunAsync(connection, open);
        }
        catch (Exception e)
        {
            var error = PostgresErrors.Translate(e);
            if (error is null)
                StorageLog.OperationFailed(logger, e, open[0].Write.Table.Database.Id);
            foreach (var sent in open)
                sent.Write.Outcome = error ?? new Error(ErrorCodes.Internal, "The server failed.");
        }
    }

    /// <summary>Looks at what may have changed while the write waited; null when it is not to be sent.</summary>
    private Sent? Begin(StatementWrite write)
    {
        var table = write.Table;
        var catalog = catalogues.Find(table.Database.Id);
        if (write.Cancellation.IsCancellationRequested)
            write.Outcome = Cancelled;
        else if (!write.IsAllowed(clock))
            write.Outcome = StorageErrors.NoLongerAllowed;
        else if (catalog?.Find(table.Table) is not { } entry)
            write.Outcome = Error.StaleTable;
        else if (catalog.SchemaVersion < 0)
            write.Outcome = Catalogues.Closed;
        else
            return new Sent(write, entry, catalog.SchemaVersion);
        return null;
    }

    private async Task RunAsync(NpgsqlConnection connection, List<Sent> open)
    {
        for (var attempt = 1; open.Count > 0; attempt++)
        {
            // Whatever fails one after the other is not worth running the others again and again.
            List<Sent> alone = attempt > MaxAttempts && open.Count > 1 ? [open[0]] : open;
            try
            {
                await SendAsync(connection, alone);
                List<Sent> idle = [.. alone.Where(s => !s.Write.IsDone)];
                open.RemoveAll(s => alone.Contains(s) && s.Write.IsDone); // whatever happens from here on: they are committed
                foreach (var sent in idle)
                {
                    sent.Write.Outcome = await NotChangedAsync(connection, sent);
                    open.Remove(sent);
                }
            }
            catch (PostgresException e) when (alone.Count > 1)
            {
                if (e.BatchCommand is NpgsqlBatchCommand failed && alone.Find(s => s.Command == failed) is { } culprit && IsItsOwn(e))
                {
                    culprit.Write.Outcome = await ExplainAsync(connection, culprit, e);
                    open.Remove(culprit);
                }
                else
                {
                    attempt = MaxAttempts; // one by one from here on
                }
            }
            catch (PostgresException e) when (PostgresErrors.CanRunAgain(e) && alone[0].Attempts++ < MaxAttempts)
            {
            }
            catch (PostgresException e)
            {
                alone[0].Write.Outcome = await ExplainAsync(connection, alone[0], e);
                open.Remove(alone[0]);
            }
        }
    }

    private static async Task SendAsync(NpgsqlConnection connection, List<Sent> writes)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (writes.Count > 1)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Patience));
        foreach (var sent in writes)
        {
            sent.Write.Discard();
            sent.Command = sent.Write.Command(sent.Entry, sent.Version);
            batch.BatchCommands.Add(sent.Command);
        }

        await using (var rows = await batch.ExecuteReaderAsync())
        {
            var isFirst = writes.Count == 1;
            foreach (var sent in writes)
            {
                if (!sent.Write.GivesRows)
                    continue;
                if (!isFirst)
                    await rows.NextResultAsync();
                isFirst = false;
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

    /// <summary>Why a statement changed nothing: the schema is another one, the record is not there, or a trigger of somebody else's dropped the change.</summary>
    private async Task<Error> NotChangedAsync(NpgsqlConnection connection, Sent sent)
    {
        var database = sent.Write.Table.Database.Id;
        var version = await SchemaReader.ReadVersionAsync(connection, OwnTables.DialectOf(database), CancellationToken.None) ?? 0;
        if (version != sent.Version || version < 0)
        {
            // Behind the fence of a move the schema is the same one: reads go on with what is kept of it.
            if (version >= 0 || Math.Abs(sent.Version) != -version)
                catalogues.Forget(database);
            return Error.StaleTable;
        }

        if (sent.Write.Id is not { } id)
            return RecordErrors.Ignored;
        await using var get = new NpgsqlCommand(sent.Entry.Sql.Get, connection);
        Binding.Add(get.Parameters, sent.Entry.Table, id);
        await using var rows = await get.ExecuteReaderAsync();
        return await rows.ReadAsync() ? RecordErrors.Ignored : RecordErrors.NotFound(id);
    }

    private async Task<Error> ExplainAsync(NpgsqlConnection connection, Sent sent, PostgresException e)
    {
        if (PostgresErrors.IsStale(e))
        {
            catalogues.Forget(sent.Write.Table.Database.Id);
            PostgresServer.ForgetPlans(connection);
        }

        if (BrokenConstraint.Is(e))
            return await sent.Write.Explain(e, sent.Entry).ExplainAsync(connection, CancellationToken.None);
        if (PostgresErrors.Translate(e) is { } error)
            return error;
        StorageLog.OperationFailed(logger, e, sent.Write.Table.Database.Id);
        return new Error(ErrorCodes.Internal, "The server failed.");
    }

    /// <summary>Whether a statement failed by what it is, and not by who else was at the same rows.</summary>
    private static bool IsItsOwn(PostgresException e) =>
        e.SqlState is not (PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.QueryCanceled);

    /// <summary>A write on its way.</summary>
    private sealed class Sent(StatementWrite write, CatalogTable entry, long version) : IComparable<Sent>
    {
        public StatementWrite Write => write;

        public CatalogTable Entry => entry;

        public long Version => version;

        public NpgsqlBatchCommand? Command { get; set; }

        public int Attempts { get; set; }

        public int CompareTo(Sent? other)
        {
            if (other is null)
                return 1;
            var byDatabase = write.Table.Database.Id.Value.CompareTo(other.Write.Table.Database.Id.Value);
            if (byDatabase != 0)
                return byDatabase;
            var byTable = write.Table.Table.Id.Value.CompareTo(other.Write.Table.Table.Id.Value);
            if (byTable != 0)
                return byTable;
            return (write.Id, other.Write.Id) switch
            {
                ({ IsInteger: true } a, { IsInteger: true } b) => a.Value.CompareTo(b.Value),
                ({ } a, { } b) => string.CompareOrdinal(a.ToString(), b.ToString()),
                _ => (write.Id is null).CompareTo(other.Write.Id is null),
            };
        }
    }
}
