using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Postgres.Schema;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// Runs writes of one statement each in one transaction, the implicit one of what is sent together: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING. One that fails
/// takes the others with it; it is told, and they are run again without it. Thread-safe.
/// </summary>
internal sealed class SharedTransaction(PostgresServer server, Catalogues catalogues, TimeProvider clock, ILogger logger)
{
    /// <summary>How long writes wait for what somebody else holds, those of other tables and databases with them.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(200);

    private readonly WriteFaults _faults = new(catalogues, server.Faults, logger);

    /// <summary>The outcome of a write that was given up before it was sent.</summary>
    public static Error Cancelled { get; } = new(ErrorCodes.Unavailable, "The request was given up.");

    /// <summary>
    /// Gives every write its outcome, but for those that wait for what somebody else holds: they are given back, and changed nothing. Never throws. Is not cut short by a write that is given up.
    /// </summary>
    public async Task<IReadOnlyList<StatementWrite>> RunAsync(IReadOnlyList<StatementWrite> writes, CancellationToken ct)
    {
        var open = new List<SentWrite>(writes.Count);
        foreach (var write in writes)
        {
            if (write.Outcome is null && Begin(write) is { } sent)
                open.Add(sent);
        }

        if (open.Count > 1)
            open.Sort(static (a, b) => a.CompareTo(b));
        return await RunAsync(open, _patience, of: null, ct);
    }

    /// <summary>Runs a write that waits for what somebody else holds. It is busy when that takes longer. Never throws.</summary>
    public async Task WaitAsync(StatementWrite write, TimeSpan longest, CancellationToken ct)
    {
        if (Begin(write) is { } sent && (await RunAsync([sent], longest, write.Table.Database.Id, ct)).Count > 0)
            write.Outcome = StorageErrors.Busy;
    }

    /// <param name="of">The database that they are all of, where they may take long; null for what is over soon, whoever waits.</param>
    private async Task<IReadOnlyList<StatementWrite>> RunAsync(List<SentWrite> open, TimeSpan patience, DatabaseId? of, CancellationToken ct)
    {
        if (open.Count == 0)
            return [];
        var run = new SharedRun(open, _faults, IsWanted, patience, server.Options.QueryTimeout);
        try
        {
            if (of is { } database)
            {
                await using var opened = await server.OpenAsync(database, ct);
                await run.RunAsync(opened.Connection);
            }
            else
            {
                await using var connection = await server.OpenAsync(ct);
                await run.RunAsync(connection);
            }
        }
        catch (Exception e)
        {
            // Nobody knows what came of them: none is sent again, and none acknowledged.
            foreach (var sent in open)
                sent.Write.Outcome = _faults.ExplainLost(sent, e);
        }

        return run.Blocked;
    }

    /// <summary>What a write goes by; null when it is not to be sent.</summary>
    private SentWrite? Begin(StatementWrite write)
    {
        if (!IsWanted(write))
            return null;
        var table = write.Table;
        var catalog = catalogues.Find(table.Database.Id);
        if (catalog?.Find(table.Table) is not { } entry)
            write.Outcome = Error.StaleTable;
        else if (catalog.SchemaVersion < 0)
            write.Outcome = Catalogues.Closed;
        else
            return new SentWrite(write, entry, catalog.SchemaVersion);
        return null;
    }

    /// <summary>Looks at what may have changed while the write waited: for its turn, for a connection, or for those that it was sent with.</summary>
    private bool IsWanted(StatementWrite write)
    {
        if (write.Cancellation.IsCancellationRequested)
            write.Outcome = Cancelled;
        else if (!write.IsAllowed(clock))
            write.Outcome = StorageErrors.NoLongerAllowed;
        return write.Outcome is null;
    }
}
