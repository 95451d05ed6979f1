using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>
/// The answers of requests that may be sent again, in a table of the database itself: an answer is kept in the transaction of its effect, so that a crash leaves both
/// or neither. Used by the writer's thread.
/// </summary>
internal static class KeptAnswers
{
    public const string TableName = "_nebula_idempotency";

    /// <summary>How many of the oldest rows are looked at with each one that is added: more than one, so that the table shrinks after a rush.</summary>
    private const int PurgeStep = 16;

    public const string CreateTable = $"""
        CREATE TABLE IF NOT EXISTS {TableName} (
          seq INTEGER PRIMARY KEY, request BLOB NOT NULL UNIQUE, body BLOB NOT NULL, at INTEGER NOT NULL, answer BLOB NOT NULL)
        """;

    // The oldest by their number: a scan by time would go through all that are not old yet. A time far ahead is of a clock that was wrong.
    private static readonly string _purge =
        $"DELETE FROM {TableName} WHERE seq IN (SELECT seq FROM (SELECT seq, at FROM {TableName} ORDER BY seq LIMIT {PurgeStep}) WHERE at <= ?1 OR at > ?2)";

    /// <summary>Runs an operation and keeps its outcome, or gives it the outcome that is kept. Inside a savepoint.</summary>
    public static Error? RunOnce(WriteOperation operation, IdempotentRequest once, WriteContext context, TimeProvider clock)
    {
        // Does nothing, and costs next to nothing, but for the first time.
        context.Connection.Execute(CreateTable);
        once.IsReplayed = false;
        var now = clock.GetUtcNow();
        if (TryReplay(operation, once, context.Connection, now - IdempotentRequest.Lifetime, out var mismatch))
            return mismatch;
        if (once.Refusal is { } refusal)
            return refusal;
        if (operation.Execute(context) is { } error)
            return error;
        Keep(operation, once, context.Connection, now);
        return null;
    }

    private static bool TryReplay(WriteOperation operation, IdempotentRequest once, Connection connection, DateTimeOffset oldest, out Error? mismatch)
    {
        mismatch = null;
        var find = connection.Prepare($"SELECT body, answer FROM {TableName} WHERE request = ?1 AND at > ?2");
        try
        {
            find.BindCopiedBlob(1, once.Identity.Span);
            find.Bind(2, oldest.ToUnixTimeMilliseconds());
            if (!find.Step())
                return false;
            if (!find.Value(0).Blob.SequenceEqual(once.Body.Span))
            {
                mismatch = IdempotentRequest.Mismatch;
                return true;
            }

            operation.Restore(find.Value(1).Blob);
            once.IsReplayed = true;
            return true;
        }
        finally
        {
            find.Reset();
        }
    }

    private static void Keep(WriteOperation operation, IdempotentRequest once, Connection connection, DateTimeOffset now)
    {
        var oldest = (now - IdempotentRequest.Lifetime).ToUnixTimeMilliseconds();
        Run(connection, _purge, purge =>
        {
            purge.Bind(1, oldest);
            purge.Bind(2, (now + IdempotentRequest.Lifetime).ToUnixTimeMilliseconds());
        });
        using var answer = new Utf8Buffer();
        operation.Save(answer);

        // Replaces one that is too old but was not purged yet.
        Run(connection, $"INSERT OR REPLACE INTO {TableName} (request, body, at, answer) VALUES (?1, ?2, ?3, ?4)", insert =>
        {
            insert.BindCopiedBlob(1, once.Identity.Span);
            insert.BindCopiedBlob(2, once.Body.Span);
            insert.Bind(3, now.ToUnixTimeMilliseconds());
            insert.BindCopiedBlob(4, answer.Span);
        });
    }

    private static void Run(Connection connection, string sql, Action<Statement> bind)
    {
        var statement = connection.Prepare(sql);
        try
        {
            bind(statement);
            statement.Step();
        }
        finally
        {
            statement.Reset();
        }
    }
}
