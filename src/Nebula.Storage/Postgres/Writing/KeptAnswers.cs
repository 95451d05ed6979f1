using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Postgres.Schema;
using Nebula.Storage.Postgres.Values;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>
/// The answers of requests that may be sent again, in a table of the database itself: an answer is kept in the transaction of its effect, so that a crash leaves both or neither. The same request sent
/// twice at once waits for the first one, whichever server that is at.
/// </summary>
internal static class KeptAnswers
{
    /// <summary>How many of the oldest rows are looked at with each one that is added: more than one, so that the table shrinks after a rush.</summary>
    private const int PurgeStep = 16;

    /// <summary>Runs a write and keeps its outcome, or gives it the outcome that is kept.</summary>
    public static async ValueTask<Error?> RunOnceAsync<T>(TransactionWrite<T> write, IdempotentRequest once, WriteContext context, PostgresDialect dialect, TimeProvider clock, CancellationToken ct)
    {
        once.IsReplayed = false;
        var now = clock.GetUtcNow();
        var oldest = (now - IdempotentRequest.Lifetime).ToUnixTimeMilliseconds();
        var table = dialect.Table(OwnTables.Answers);
        if (await ClaimAsync(context.Connection, table, once, oldest, now, ct) is not { } place)
            return await ReplayAsync(write, once, context.Connection, table, ct);
        if (once.Refusal is { } refusal)
            return refusal; // the transaction is undone
        if (await write.ExecuteAsync(context, ct) is { } error)
            return error;
        await KeepAsync(write, context.Connection, table, place, oldest, (now + IdempotentRequest.Lifetime).ToUnixTimeMilliseconds(), ct);
        return null;
    }

    /// <summary>Takes the request's place, or that of an answer that is too old; null when the answer is there.</summary>
    private static async ValueTask<long?> ClaimAsync(NpgsqlConnection connection, string table, IdempotentRequest once, long oldest, DateTimeOffset now, CancellationToken ct)
    {
        await using var claim = new NpgsqlCommand(
            $"INSERT INTO {table} AS a (request, body, at, answer) VALUES ($1, $2, $3, '') ON CONFLICT (request) DO UPDATE SET body = $2, at = $3, answer = '' WHERE a.at <= $4 RETURNING seq",
            connection);
        claim.Parameters.Add(Binding.Of(once.Identity));
        claim.Parameters.Add(Binding.Of(once.Body));
        claim.Parameters.Add(Binding.Of(now.ToUnixTimeMilliseconds()));
        claim.Parameters.Add(Binding.Of(oldest));
        return (long?)await claim.ExecuteScalarAsync(ct);
    }

    private static async ValueTask<Error?> ReplayAsync<T>(TransactionWrite<T> write, IdempotentRequest once, NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var find = new NpgsqlCommand($"SELECT body, answer FROM {table} WHERE request = $1", connection);
        find.Parameters.Add(Binding.Of(once.Identity));
        await using var rows = await find.ExecuteReaderAsync(ct);
        if (!await rows.ReadAsync(ct))
            return StorageErrors.Busy; // purged this very moment
        using var buffer = new RowBuffer(rows);
        if (!buffer.Read(0).Blob.SequenceEqual(once.Body.Span))
            return IdempotentRequest.Mismatch;
        write.Restore(buffer.Read(1).Blob);
        once.IsReplayed = true;
        return null;
    }

    private static async ValueTask KeepAsync<T>(TransactionWrite<T> write, NpgsqlConnection connection, string table, long place, long oldest, long latest, CancellationToken ct)
    {
        using var answer = new Utf8Buffer();
        write.Save(answer);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"UPDATE {table} SET answer = $2 WHERE seq = $1") { Parameters = { Binding.Of(place), Binding.Of(answer.Memory) } });

        // The oldest by their number, and none that another request is about to remove. A time far ahead is of a clock that was wrong.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"DELETE FROM {table} WHERE seq IN (SELECT s.seq FROM {table} s WHERE s.seq IN "
            + $"(SELECT o.seq FROM (SELECT seq, at FROM {table} ORDER BY seq LIMIT {PurgeStep}) o WHERE o.at <= $1 OR o.at > $2) FOR UPDATE SKIP LOCKED)")
        {
            Parameters = { Binding.Of(oldest), Binding.Of(latest) },
        });
        await batch.ExecuteNonQueryAsync(ct);
    }
}
