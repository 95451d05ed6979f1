using System.Globalization;
using Microsoft.Extensions.Logging;
using Nebula.Core.Caching;
using Npgsql;

namespace Nebula.Storage.Postgres.Metadata;

/// <summary>What the servers on the same metadata change, in the order in which it is seen.</summary>
/// <remarks>
/// The table <c>nebula.changes</c> is what counts: it is asked twice a second, and a notification only makes that happen sooner. So nothing hangs on a notification that got lost, and a connection that
/// broke leaves no gap. Transactions don't commit in the order of their numbers: each time all rows from the oldest transaction on are read that was still running the time before.
/// </remarks>
internal sealed class ChangeFeed(PostgresOptions options, TimeProvider clock, ILogger<ChangeFeed> logger)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Rows stay for longer than a server may be out of reach and go on with what it knows.</summary>
    private static readonly TimeSpan _longestGap = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan _betweenRemovals = TimeSpan.FromMinutes(1);

    /// <summary>How long a way round that does not listen is used before the one that does is tried again.</summary>
    private static readonly TimeSpan _wayRound = TimeSpan.FromSeconds(30);

    private HashSet<long> _seen = [];
    private ulong _position;
    private long _lastRead;
    private long _lastRemoval;

    /// <summary>Notes where the server stands, before anything of it is kept in memory.</summary>
    public async ValueTask StartAsync(PostgresServer server, CancellationToken ct)
    {
        await using var connection = await server.OpenAsync(ct);
        await using var command = new NpgsqlCommand("SELECT pg_snapshot_xmin(pg_current_snapshot())::text", connection);
        _position = Number(await command.ExecuteScalarAsync(ct) as string);
        _lastRead = _lastRemoval = clock.GetTimestamp();
    }

    /// <summary>Hands over the changes until it is cancelled.</summary>
    public async Task RunAsync(Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct)
    {
        var isFailing = false;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var connection = await ConnectAsync(ct);
                var connected = clock.GetTimestamp();
                while (connection.IsListening || options.ListeningConnectionString is null || clock.GetElapsedTime(connected) < _wayRound)
                {
                    await ReadAsync(connection, apply, ct);
                    if (isFailing)
                        StorageLog.ChangesFollowed(logger);
                    isFailing = false;
                    await connection.WaitAsync(_interval, clock, ct);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or IOException or OperationCanceledException or Core.UnavailableException)
            {
                if (!isFailing)
                    StorageLog.ChangesNotFollowed(logger, e);
                isFailing = true;
                await Task.Delay(_interval, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async ValueTask<ChangeConnection> ConnectAsync(CancellationToken ct)
    {
        if (options.ListeningConnectionString is not { } listening)
            return await ChangeConnection.OpenAsync(options.Server.ConnectionString, listen: false, ct);
        try
        {
            return await ChangeConnection.OpenAsync(listening, listen: true, ct);
        }
        catch (Exception e) when (listening != options.Server.ConnectionString && e is (NpgsqlException or TimeoutException or System.Net.Sockets.SocketException))
        {
            return await ChangeConnection.OpenAsync(options.Server.ConnectionString, listen: false, ct);
        }
    }

    private async ValueTask ReadAsync(ChangeConnection connection, Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct)
    {
        var changes = new List<RemoteChange>();
        var seen = new HashSet<long>();
        var oldest = 0UL;
        await using (var command = connection.Command(
            """
            WITH now AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS oldest)
            SELECT now.oldest::text, c.change_id, c.kind, c.target FROM now LEFT JOIN nebula.changes c ON c.transaction >= CAST(CAST(@position AS text) AS xid8) ORDER BY c.change_id
            """))
        {
            command.Parameters.Add(new NpgsqlParameter<string>("@position", _position.ToString(CultureInfo.InvariantCulture)));
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                oldest = Number(reader.GetString(0));
                if (!reader.IsDBNull(1) && seen.Add(reader.GetInt64(1)) && !_seen.Contains(reader.GetInt64(1)))
                    changes.Add(new RemoteChange(KindOf(reader.GetString(2)), reader.GetString(3)));
            }
        }

        // Transactions count up: a number that went back is another server's, one restored from a backup say.
        var isGap = oldest < _position || clock.GetElapsedTime(_lastRead) > _longestGap;
        if (isGap)
            changes = [new RemoteChange(RemoteChangeKind.Anything, "")];
        foreach (var change in changes.Distinct())
            await apply(change, ct);
        (_seen, _position, _lastRead) = (seen, oldest, clock.GetTimestamp());
        if (clock.GetElapsedTime(_lastRemoval) > _betweenRemovals)
            await RemoveOldAsync(connection, ct);
    }

    private async ValueTask RemoveOldAsync(ChangeConnection connection, CancellationToken ct)
    {
        await using var command = connection.Command("DELETE FROM nebula.changes WHERE changed_at < clock_timestamp() - interval '1 hour'");
        await command.ExecuteNonQueryAsync(ct);
        _lastRemoval = clock.GetTimestamp();
    }

    private static RemoteChangeKind KindOf(string kind) => kind switch
    {
        "account" => RemoteChangeKind.Account,
        "key" => RemoteChangeKind.ApiKey,
        "database" => RemoteChangeKind.Database,
        _ => RemoteChangeKind.Anything, // a newer server's
    };

    private static ulong Number(string? text) => ulong.Parse(text ?? "0", NumberStyles.None, CultureInfo.InvariantCulture);
}
