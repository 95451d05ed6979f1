using System.Globalization;
using Nebula.Storage.Moving;
using Nebula.Storage.Sql;
using Npgsql;

namespace Nebula.Storage.Postgres.Moving;

/// <summary>
/// The transactions in which a move changes a schema. Each takes the lock of the schema first and then asks the metadata whether the move is still its owner's. Whoever takes a move over says so in the metadata
/// and then takes the same lock: so what a former owner does is done before that, or not at all, however long he was stopped in between.
/// </summary>
/// <param name="confirm">Throws <see cref="MoveBrokenOffException"/> when somebody else owns the move by now.</param>
internal sealed class MoveTransactions(PostgresServer server, PostgresDialect dialect, Func<CancellationToken, ValueTask> confirm, TimeProvider clock)
{
    /// <summary>Who waits for a lock keeps those who come later from what he has locked already: so not for long, and again after a while.</summary>
    private static readonly TimeSpan _lockPatience = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(400);
    private const int MaxAttempts = 60;

    /// <summary>Begins one that may take any time.</summary>
    public async ValueTask BeginAsync(MoveConnection connection, CancellationToken ct)
    {
        try
        {
            await BeginAsync(connection, TimeSpan.Zero, ct);
        }
        catch
        {
            await connection.RollBackAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>In one transaction, which is tried again for a while when it would have to wait too long for a lock.</summary>
    public async ValueTask PatientlyAsync(Func<MoveConnection, ValueTask> work, CancellationToken ct)
    {
        for (var attempt = 1; !await TryAsync(work, _lockPatience, ct); attempt++)
        {
            if (attempt == MaxAttempts)
                throw new MoveBrokenOffException(StorageErrors.Busy);
            await Task.Delay(_pause, clock, ct);
        }
    }

    /// <summary>In one transaction; false, with nothing done, when it would have to wait too long for a lock, or when a statement took longer than it was told to.</summary>
    public async ValueTask<bool> TryAsync(Func<MoveConnection, ValueTask> work, TimeSpan patience, CancellationToken ct)
    {
        await using var connection = await MoveConnection.OpenAsync(server, ct);
        try
        {
            await BeginAsync(connection, patience, ct);
            await work(connection);
            await connection.ExecuteAsync("COMMIT", ct);
            return true;
        }
        catch (MoveBrokenOffException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.QueryCanceled })
        {
            await connection.RollBackAsync(CancellationToken.None);
            return false;
        }
        catch
        {
            await connection.RollBackAsync(CancellationToken.None);
            throw;
        }
    }

    /// <param name="patience">How long each lock is waited for; zero for any time.</param>
    private async ValueTask BeginAsync(MoveConnection connection, TimeSpan patience, CancellationToken ct)
    {
        await connection.ExecuteAsync(
        [
            "BEGIN",
            string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)patience.TotalMilliseconds}"),
            $"SELECT pg_advisory_xact_lock(hashtextextended({PostgresLiteral.Text($"nebula move {dialect.Schema}")}, 0))",
        ], ct);
        await confirm(ct);
    }
}
