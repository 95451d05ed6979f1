using Nebula.Core.Records;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>One transaction of a schema that is being made.</summary>
internal sealed class PostgresMoveBatch(MoveConnection connection, PostgresDialect dialect) : IMoveBatch
{
    private bool _isOver;

    public ValueTask DeleteAsync(MovedTable table, IReadOnlyList<TypedValue> keys, CancellationToken ct) =>
        connection.ExecuteAsync($"DELETE FROM {dialect.Table(table.Table.Name)} WHERE {Identifier.Quote(table.Key.Name)} = ANY ($1)", [MovedRows.Keys(table, keys)], ct);

    public async ValueTask InsertAsync(MovedTable table, IReadOnlyList<MovedRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
            return;
        var columns = table.Table.Columns;
        await MoveConnection.GuardedAsync($"A record of '{table.Table.Name}' can't be kept by PostgreSQL. ", async token =>
        {
            await using var copy = await connection.Connection.BeginBinaryImportAsync(
                $"COPY {dialect.Table(table.Table.Name)} ({string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)))}) FROM STDIN (FORMAT BINARY)", token);
            foreach (var row in rows)
            {
                await copy.StartRowAsync(token);
                for (var i = 0; i < columns.Count; i++)
                    await CopiedValue.WriteAsync(copy, row.Values[i], SqlType.Of(columns[i]), token);
            }

            return await copy.CompleteAsync(token);
        }, ct);
    }

    public async ValueTask KeepAsync(IReadOnlyList<KeptAnswer> answers, CancellationToken ct) => await MoveConnection.GuardedAsync(async token =>
    {
        if (answers.Count == 0)
            return 0;
        await using var batch = new NpgsqlBatch(connection.Connection) { Timeout = 0 };
        foreach (var answer in answers)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                $"INSERT INTO {dialect.Table(OwnTables.Answers)} (request, body, at, answer) VALUES ($1, $2, $3, $4) ON CONFLICT (request) DO UPDATE SET body = $2, at = $3, answer = $4")
            {
                Parameters = { Binding.Of(answer.Request), Binding.Of(answer.Body), Binding.Of(answer.At), Binding.Of(answer.Answer) },
            });
        }

        return await batch.ExecuteNonQueryAsync(token);
    }, ct);

    public async ValueTask CommitAsync(CancellationToken ct)
    {
        await connection.ExecuteAsync("COMMIT", ct);
        _isOver = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isOver)
            await connection.RollBackAsync(CancellationToken.None);
    }
}
