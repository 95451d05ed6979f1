using Microsoft.Extensions.Logging;
using Nebula.Core;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Rows;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Finds out what became of a write that did not succeed. Thread-safe.</summary>
internal sealed class WriteFaults(Catalogues catalogues, ServerFaults serverFaults, ILogger logger)
{
    /// <summary>Why a statement changed nothing: the schema is another one, the record is not there, or a trigger of somebody else's dropped the change.</summary>
    public async Task<Error> NotChangedAsync(NpgsqlConnection connection, SentWrite sent)
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

    /// <summary>The error for what the server said of a write. The transaction is over.</summary>
    public async Task<Error> ExplainAsync(NpgsqlConnection connection, SentWrite sent, PostgresException e)
    {
        if (PostgresErrors.IsStale(e))
        {
            serverFaults.NoteStale(e, sent.Write.Table.Database.Id);
            catalogues.Forget(sent.Write.Table.Database.Id);
            PostgresServer.ForgetPlans(connection);
        }

        return BrokenConstraint.Is(e) ? await sent.Write.Explain(e, sent.Entry).ExplainAsync(connection, CancellationToken.None) : Explain(sent, e);
    }

    /// <summary>The error for what broke the way to the server once a write was sent: what came of it, nobody knows. Where there was no connection, nothing was sent.</summary>
    public Error ExplainLost(SentWrite sent, Exception e)
    {
        var error = Explain(sent, e);
        return e is NpgsqlException and not PostgresException or IOException or System.Net.Sockets.SocketException ? StorageErrors.OutcomeUnknown : error;
    }

    /// <summary>The error for what went wrong on the way.</summary>
    public Error Explain(SentWrite sent, Exception e)
    {
        serverFaults.Note(e, sent.Write.Table.Database.Id);
        if (PostgresErrors.Translate(e) is { } error)
            return error;
        StorageLog.OperationFailed(logger, e, sent.Write.Table.Database.Id);
        return new Error(ErrorCodes.Internal, "The server failed.");
    }
}
