using Nebula.Core;
using Nebula.Storage.Postgres.Schema;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>Runs writes of several statements, each in a transaction of its own. Thread-safe.</summary>
internal sealed class Writes(PostgresServer server, Catalogues catalogues, TimeProvider clock)
{
    /// <summary>A transaction that fell through no fault of its own is run again: nothing of it was applied.</summary>
    private const int MaxAttempts = 4;

    /// <summary>Runs a write. Fails with what it fails with, <see cref="Error.StaleTable"/>, busy, query_timeout or unavailable.</summary>
    public async ValueTask<Result<T>> RunAsync<T>(TransactionWrite<T> write, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(write.Deadline ?? server.Options.QueryTimeout);
        for (var attempt = 1; ; attempt++)
        {
            var progress = new Progress();
            try
            {
                if (await RunOnceAsync(write, progress, deadline.Token) is not { } error)
                    return Result.Success(write.Value());
                return Fail(write, error);
            }
            catch (Exception e) when (attempt < MaxAttempts && !progress.IsCommitting && (PostgresErrors.CanRunAgain(e) || PostgresErrors.IsConnectionLost(e)))
            {
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return Fail(write, StorageErrors.QueryTimeout);
            }
            catch (Exception e) when (e is not OperationCanceledException && PostgresErrors.Translate(e) is { } error)
            {
                server.Faults.Note(e, write.Database);
                return Fail(write, progress.IsCommitting && e is not Npgsql.PostgresException ? StorageErrors.OutcomeUnknown : error);
            }
            catch
            {
                write.Discard();
                throw;
            }
        }
    }

    private Error Fail<T>(TransactionWrite<T> write, Error error)
    {
        write.Discard();
        if (ReferenceEquals(error, Error.StaleTable))
            catalogues.Forget(write.Database);
        return error;
    }

    private async ValueTask<Error?> RunOnceAsync<T>(TransactionWrite<T> write, Progress progress, CancellationToken ct)
    {
        if (!(await catalogues.GetAsync(write.Database, fresh: false, ct)).TryGet(out var catalog, out var error))
            return error;
        if (catalog.SchemaVersion < 0)
            return Catalogues.Closed;
        await using var opened = await server.OpenAsync(write.Database, ct);
        var connection = opened.Connection;
        BrokenConstraintException broken;
        await using (var transaction = await connection.BeginTransactionAsync(ct))
        {
            if (!write.IsAllowed(clock))
                return StorageErrors.NoLongerAllowed;
            try
            {
                if (await ExecuteAsync(write, new WriteContext(connection, catalog), ct) is { } failed)
                    return failed; // undone when the transaction is disposed
                progress.IsCommitting = true;
                await transaction.CommitAsync(CancellationToken.None);
                return null;
            }
            catch (BrokenConstraintException e)
            {
                broken = e;
            }
            catch (Npgsql.PostgresException e) when (PostgresErrors.IsStale(e))
            {
                server.Faults.NoteStale(e, write.Database);
                await transaction.RollbackAsync(CancellationToken.None);
                PostgresServer.ForgetPlans(connection);
                return Error.StaleTable;
            }
        }

        return broken.Place(await broken.Constraint.ExplainAsync(connection, ct));
    }

    private ValueTask<Error?> ExecuteAsync<T>(TransactionWrite<T> write, WriteContext context, CancellationToken ct) => write.Once is { } once
        ? KeptAnswers.RunOnceAsync(write, once, context, OwnTables.DialectOf(write.Database), clock, ct)
        : write.ExecuteAsync(context, ct);

    /// <summary>How far an attempt has come.</summary>
    private sealed class Progress
    {
        /// <summary>Whether the commit was sent: from then on nobody knows whether it was applied until the server says so.</summary>
        public bool IsCommitting { get; set; }
    }
}
