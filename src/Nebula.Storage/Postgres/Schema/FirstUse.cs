using Nebula.Core;
using Nebula.Core.Databases;
using Npgsql;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>Makes the schema of a database that is registered only, at its first use. Several first uses at once make one. Thread-safe.</summary>
internal sealed class FirstUse(PostgresServer server, DatabaseEntries entries)
{
    /// <summary>Gives where the database stands from then on. Fails as <see cref="DatabaseEntries.LockAsync"/> does.</summary>
    public async ValueTask<Result<DatabaseState>> MakeAsync(DatabaseId id, CancellationToken ct)
    {
        await using var opened = await server.OpenForDefinitionsAsync(id, ct);
        var connection = opened.Connection;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (!(await entries.LockAsync(connection, id, ct)).TryGet(out var state, out var error))
            return error;
        if (state != DatabaseState.Registered)
            return state;
        await MakeAsync(connection, id, ct);
        await entries.NoteAsync(connection, id, OwnTables.DialectOf(id), ct);
        await transaction.CommitAsync(ct);
        await entries.TellAsync(id, CancellationToken.None);
        return DatabaseState.Created;
    }

    /// <summary>In the open transaction, which holds the database's entry.</summary>
    public static async Task MakeAsync(NpgsqlConnection connection, DatabaseId id, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in OwnTables.Create(OwnTables.DialectOf(id)))
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        await batch.ExecuteNonQueryAsync(ct);
    }
}
