using Nebula.Core;
using Nebula.Storage.Moving;
using Npgsql;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>What a move runs on a server. Statements may take any time but where they wait for locks; what goes wrong ends the move.</summary>
internal sealed class MoveConnection(NpgsqlConnection connection) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    public static async ValueTask<MoveConnection> OpenAsync(PostgresServer server, CancellationToken ct)
    {
        try
        {
            return new MoveConnection(await server.OpenForMoveAsync(ct));
        }
        catch (UnavailableException e)
        {
            throw new MoveBrokenOffException(e.Error, e);
        }
    }

    public ValueTask ExecuteAsync(string sql, CancellationToken ct) => ExecuteAsync([sql], ct);

    public async ValueTask ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken ct) => await GuardedAsync(async token =>
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(token);
    }, ct);

    /// <summary>Several statements in one round trip.</summary>
    public async ValueTask ExecuteAsync(IEnumerable<string> statements, CancellationToken ct) => await GuardedAsync(async token =>
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var sql in statements)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        return await batch.ExecuteNonQueryAsync(token);
    }, ct);

    public ValueTask<T?> FindAsync<T>(string sql, CancellationToken ct) => FindAsync<T>(sql, [], ct);

    /// <summary>The first column of the first row.</summary>
    public ValueTask<T?> FindAsync<T>(string sql, NpgsqlParameter[] parameters, CancellationToken ct) => GuardedAsync(async token =>
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync(token) is T value ? value : default;
    }, ct);

    public ValueTask<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> map, NpgsqlParameter[] parameters, CancellationToken ct) => GuardedAsync(async token =>
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<T>();
        while (await reader.ReadAsync(token))
            rows.Add(map(reader));
        return rows;
    }, ct);

    public NpgsqlCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Ends the open transaction, if there is one and the connection still is.</summary>
    public async ValueTask RollBackAsync(CancellationToken ct)
    {
        try
        {
            await using var rollback = Command("ROLLBACK");
            await rollback.ExecuteNonQueryAsync(ct);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The server ends it with the connection.
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    public static ValueTask<T> GuardedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct) => GuardedAsync("", work, ct);

    /// <param name="what">What is said before the reason when it fails.</param>
    public static async ValueTask<T> GuardedAsync<T>(string what, Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        try
        {
            return await work(ct);
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } error)
        {
            throw new MoveBrokenOffException(error with { Message = $"{what}{error.Message}" }, e);
        }
    }
}
