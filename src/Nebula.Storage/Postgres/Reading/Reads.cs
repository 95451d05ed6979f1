using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Postgres.Schema;
using Npgsql;

namespace Nebula.Storage.Postgres.Reading;

/// <summary>Runs what reads, under a deadline; again when the first connection turns out to be broken, or PostgreSQL ended it to resolve a deadlock. Thread-safe.</summary>
internal sealed class Reads(PostgresServer server, Catalogues catalogues)
{
    /// <summary>The first connection may be one of the pool that leads to a server that is gone.</summary>
    private const int MaxAttempts = 2;

    /// <summary>Runs what reads one row or so, with what it needs. Fails with <see cref="Error.StaleTable"/> where a statement does not fit the schema any more.</summary>
    public async ValueTask<Result<T>> RunAsync<TState, T>(
        DatabaseId id, TState state, Func<NpgsqlConnection, TState, CancellationToken, ValueTask<Result<T>>> read, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var opened = await server.OpenAsync(id, ct);
                var connection = opened.Connection;
                try
                {
                    return await read(connection, state, ct);
                }
                catch (PostgresException e) when (PostgresErrors.IsStale(e))
                {
                    server.Faults.NoteStale(e, id);
                    catalogues.Forget(id);
                    PostgresServer.ForgetPlans(connection);
                    return Error.StaleTable;
                }
            }
            catch (Exception e) when (attempt < MaxAttempts && PostgresErrors.IsConnectionLost(e))
            {
                server.ForgetConnections(); // the next one of the pool would be as old
            }
            catch (Exception e) when (attempt < MaxAttempts && PostgresErrors.CanRunAgain(e))
            {
                // Ended, so that others that waited for it could go on.
            }
            catch (Exception e) when (!ct.IsCancellationRequested && PostgresErrors.Translate(e) is { } error)
            {
                server.Faults.Note(e, id);
                return error;
            }
        }
    }

    /// <summary>The same for what reads many rows: past the deadline the server is told to stop.</summary>
    public async ValueTask<Result<T>> ScanAsync<TState, T>(
        DatabaseId id, TState state, Func<NpgsqlConnection, TState, CancellationToken, ValueTask<Result<T>>> read, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(server.Options.QueryTimeout);
        try
        {
            return await RunAsync(id, state, read, deadline.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && deadline.IsCancellationRequested && e is OperationCanceledException or NpgsqlException)
        {
            return StorageErrors.QueryTimeout;
        }
    }
}
