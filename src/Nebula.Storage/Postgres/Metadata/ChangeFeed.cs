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

    /// <summary>
    /// How long a connection that served before may take to answer. One whose other end fell takes for ever, and nobody says so: another one is opened then, early enough for what is promised of
    /// revoked keys, and the first of the two counts. Where it is the server that is slow, that costs it one connection more now and then, and the answer comes no later.
    /// </summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Before a connection that broke is replaced: most that do lead to a server that is there.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a server may be out of reach and still make up for it by the rows.</summary>
    private static readonly TimeSpan _longestGap = TimeSpan.FromMinutes(5);

    /// <summary>Longer than that gap: what was settled at one removal has been read by all who will ever read it at the next.</summary>
    private static readonly TimeSpan _betweenRemovals = TimeSpan.FromMinutes(6);

    /// <summary>How long a way round that does not listen is used before the one that does is tried again.</summary>
    private static readonly TimeSpan _wayRound = TimeSpan.FromSeconds(30);

    private static readonly RemoteChange _anything = new(RemoteChangeKind.Anything, "");

    private HashSet<long> _seen = [];
    private FeedPosition _position;
    private ulong _settled;
    private long _lastRemoval;

    // Since there were news last.
    private int _failures;

    // What was read may be handed over in part only.
    private bool _isBehind;

    /// <summary>Notes where the server stands, before anything of it is kept in memory.</summary>
    public async ValueTask StartAsync(PostgresServer server, CancellationToken ct)
    {
        await using var connection = await server.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"SELECT {FeedPosition.Columns}", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        _position = FeedPosition.Read(reader);
        (_settled, _lastRemoval) = (_position.Oldest, clock.GetTimestamp());
    }

    /// <summary>Hands over the changes until it is cancelled.</summary>
    public async Task RunAsync(Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct)
    {
        ChangeConnection? next = null;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                // Requests may go on by other connections meanwhile: what they are let in by is looked up anew, again and again until the news come. Not at once: the rows tell whom it concerns.
                if (_failures > 1)
                    await apply(_anything, ct);
                await using var connection = next ?? await ConnectAsync(ct);
                next = null;
                next = await FollowAsync(connection, await ReadAsync(connection, ct), apply, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) // whatever it was: who stops listening lets in for ever what others have ended
            {
                if (++_failures == 1)
                    StorageLog.ChangesNotFollowed(logger, e);
                await Task.Delay(_failures == 1 ? _pause : _interval, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        if (next is not null)
            await next.DisposeAsync();
    }

    /// <summary>Goes on until the connection is silent, and gives the one to go on by; or until it has been a way round for long enough.</summary>
    private async ValueTask<ChangeConnection?> FollowAsync(ChangeConnection connection, News news, Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct)
    {
        var connected = clock.GetTimestamp();
        while (connection.IsListening || options.ListeningConnectionString is null || clock.GetElapsedTime(connected) < _wayRound)
        {
            await HandOverAsync(news, apply, ct);
            if (clock.GetElapsedTime(_lastRemoval) > _betweenRemovals)
                await RemoveOldAsync(connection, ct);
            await connection.WaitAsync(_interval, clock, ct);

            var reading = ReadAsync(connection, ct);
            if (await Task.WhenAny(reading, Task.Delay(_patience, clock, ct)) != reading && await ReplaceAsync(connection, reading, ct) is { } next)
                return next;
            news = await reading;
        }

        return null;
    }

    /// <summary>Another connection; null when the one that is waited for has answered before it was there.</summary>
    private async ValueTask<ChangeConnection?> ReplaceAsync(ChangeConnection silent, Task reading, CancellationToken ct)
    {
        var connecting = ConnectAsync(ct).AsTask();
        if (await Task.WhenAny(reading, connecting) == connecting)
        {
            silent.Abandon(reading);
            return await connecting;
        }

        _ = CloseAsync(connecting);
        return null;

        static async Task CloseAsync(Task<ChangeConnection> connecting)
        {
            await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (connecting.IsCompletedSuccessfully)
                await (await connecting).DisposeAsync();
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

    /// <summary>Changes nothing here, so that it can be left to itself.</summary>
    private async Task<News> ReadAsync(ChangeConnection connection, CancellationToken ct)
    {
        var news = new News();
        await using var command = connection.Command(
            $"""
            WITH now AS (SELECT {FeedPosition.Columns})
            SELECT now.*, c.change_id, c.kind, c.target FROM now LEFT JOIN nebula.changes c ON c.transaction >= CAST(CAST(@position AS text) AS xid8) ORDER BY c.change_id
            """);
        command.Parameters.Add(new NpgsqlParameter<string>("@position", _position.Oldest.ToString(CultureInfo.InvariantCulture)));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            news.Position = FeedPosition.Read(reader);
            if (!reader.IsDBNull(FeedPosition.Count) && news.Ids.Add(reader.GetInt64(FeedPosition.Count)) && !_seen.Contains(reader.GetInt64(FeedPosition.Count)))
                news.Changes.Add(new RemoteChange(KindOf(reader.GetString(FeedPosition.Count + 1)), reader.GetString(FeedPosition.Count + 2)));
        }

        return news;
    }

    private async ValueTask HandOverAsync(News news, Func<RemoteChange, CancellationToken, ValueTask> apply, CancellationToken ct)
    {
        IEnumerable<RemoteChange> changes = _isBehind || !news.Position.Continues(_position, _longestGap) ? [_anything] : news.Changes.Distinct();
        _isBehind = true;
        foreach (var change in changes)
            await apply(change, ct);
        (_isBehind, _seen, _position) = (false, news.Ids, news.Position);
        if (_failures > 0)
            StorageLog.ChangesFollowed(logger);
        _failures = 0;
    }

    /// <summary>Removes what is an hour old, but nothing of a transaction that took so long and may have committed a moment ago.</summary>
    private async ValueTask RemoveOldAsync(ChangeConnection connection, CancellationToken ct)
    {
        await using var command = connection.Command("DELETE FROM nebula.changes WHERE changed_at < clock_timestamp() - interval '1 hour' AND transaction < CAST(CAST(@settled AS text) AS xid8)");
        command.Parameters.Add(new NpgsqlParameter<string>("@settled", _settled.ToString(CultureInfo.InvariantCulture)));
        await command.ExecuteNonQueryAsync(ct);
        (_settled, _lastRemoval) = (_position.Oldest, clock.GetTimestamp());
    }

    private static RemoteChangeKind KindOf(string kind) => kind switch
    {
        "account" => RemoteChangeKind.Account,
        "key" => RemoteChangeKind.ApiKey,
        "database" => RemoteChangeKind.Database,
        "quota" => RemoteChangeKind.Quota,
        _ => RemoteChangeKind.Anything, // a newer server's
    };

    /// <summary>What one look at the table gave.</summary>
    private sealed class News
    {
        public FeedPosition Position { get; set; }

        public HashSet<long> Ids { get; } = [];

        public List<RemoteChange> Changes { get; } = [];
    }
}
