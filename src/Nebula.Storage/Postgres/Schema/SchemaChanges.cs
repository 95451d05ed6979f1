using Nebula.Core;
using Nebula.Core.Databases;
using Npgsql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>
/// Changes the schemas of databases: each in one transaction, all or nothing, one after the other for each database whichever server makes them. The first change makes the schema itself. Thread-safe.
/// </summary>
internal sealed class SchemaChanges(PostgresServer server, Catalogues catalogues, DatabaseEntries entries, TimeProvider clock)
{
    /// <summary>A change that met a deadlock is run again: it takes the strongest locks that there are, in an order that others don't know.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Runs a change; what it gives is null for success. Fails with database_not_found, busy when it waited too long for others, or unavailable.</summary>
    public async ValueTask<Error?> RunAsync(Caller? caller, Database database, Func<SchemaChange, CancellationToken, Task<Error?>> change, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(caller, database.Id, change, ct);
            }
            catch (Exception e) when (attempt < MaxAttempts && PostgresErrors.CanRunAgain(e))
            {
            }
            catch (Exception e) when (PostgresErrors.Translate(e) is { } error)
            {
                server.Faults.Note(e, database.Id);
                return error;
            }
            finally
            {
                catalogues.Forget(database.Id); // also when the answer got lost
            }
        }
    }

    private async Task<Error?> RunOnceAsync(Caller? caller, DatabaseId id, Func<SchemaChange, CancellationToken, Task<Error?>> change, CancellationToken ct)
    {
        var dialect = OwnTables.DialectOf(id);
        await using var opened = await server.OpenForDefinitionsAsync(id, ct);
        var connection = opened.Connection;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await SetUpAsync(connection, ct);
        if (!(await entries.LockAsync(connection, id, ct)).TryGet(out var state, out var refusal))
            return refusal;
        if (state == DatabaseState.Registered)
            await FirstUse.MakeAsync(connection, id, ct);

        // From here on nobody writes under the old version, and those who wait find the new one.
        var previous = catalogues.FindLast(id);
        await using (var locking = new NpgsqlCommand($"{SchemaSql.SelectVersion(dialect)} FOR UPDATE", connection))
        {
            if (await locking.ExecuteScalarAsync(ct) is not long version)
                return StorageErrors.Unavailable;
            if (version < 0)
                return Catalogues.Closed;
        }

        if (caller is not null && !caller.IsCurrent(clock))
            return StorageErrors.NoLongerAllowed;
        var context = new SchemaChange(connection, dialect, await SchemaReader.ReadWithinAsync(connection, dialect, previous, ct));
        if (await change(context, ct) is { } error)
            return error; // the transaction is undone when it is disposed
        if (context.ChangesNothing)
            return null; // there was a table, so nothing was made above
        await context.ExecuteAsync([$"UPDATE {dialect.Table(OwnTables.State)} SET version = version + 1"], ct);
        await entries.NoteAsync(connection, id, dialect, ct);
        await transaction.CommitAsync(ct);
        await entries.TellAsync(id, CancellationToken.None);
        return null;
    }

    /// <summary>How long it waits for locks, and that times without a zone are UTC. Only for this transaction: a session may be another one's the next moment.</summary>
    private async Task SetUpAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var milliseconds = (long)server.Options.WriteTimeout.TotalMilliseconds;
        await using var set = new NpgsqlCommand(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {milliseconds}; SET LOCAL timezone = 'UTC'"), connection);
        await set.ExecuteNonQueryAsync(ct);
    }
}
