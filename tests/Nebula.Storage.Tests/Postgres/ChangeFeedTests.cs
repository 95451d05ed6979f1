using System.Collections.Concurrent;
using Nebula.Core.Caching;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>News of other servers' changes, when something is in their way. Rows are written as the triggers would.</summary>
public sealed class ChangeFeedTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _following = [];
    private readonly List<IAsyncDisposable> _opened = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_following);
        foreach (var opened in Enumerable.Reverse(_opened))
            await opened.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_connection_that_fell_silent_is_replaced_before_a_second_is_over()
    {
        var database = await CreateDatabaseAsync(await PostgresCluster.SharedAsync());
        var way = new SilencedWay(database.ConnectionString);
        _opened.Add(way);
        var news = await FollowAsync(new PostgresOptions(new PostgresServerOptions(database.ConnectionString)) { DirectConnectionString = way.ConnectionString });
        var waited = new List<TimeSpan>();
        for (var round = 0; round < 4; round++)
        {
            await AddAsync(database, $"before {round}");
            await Eventually.IsTrue(() => news.Contains($"before {round}"), "the news came");
            await way.SilenceAsync();
            var started = TimeProvider.System.GetTimestamp();

            await AddAsync(database, $"after {round}");

            await Eventually.IsTrue(() => news.Contains($"after {round}"), "the news came by another connection");
            waited.Add(TimeProvider.System.GetElapsedTime(started));
        }

        // Of several, because this machine may be busy for one.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", waited.Select(w => $"{w.TotalMilliseconds:F0} ms")));
        Assert.True(waited.Min() < TimeSpan.FromSeconds(1), $"It took {waited.Min().TotalMilliseconds:F0} ms.");
    }

    [Fact]
    public async Task After_another_start_of_the_server_nothing_that_was_known_is_believed()
    {
        var cluster = await PostgresCluster.StartAsync("-c fsync=off");
        _opened.Add(cluster);
        var database = await CreateDatabaseAsync(cluster);
        var news = await FollowAsync(new PostgresOptions(new PostgresServerOptions(database.ConnectionString)));

        // A standby that took over may have given the numbers again that were read already: no row shows that there was something.
        await cluster.CrashAsync();
        await cluster.StartAgainAsync();

        await Eventually.IsTrue(() => news.Contains("anything"), "everything was forgotten");
    }

    [Fact]
    public async Task A_change_that_could_not_be_taken_in_ends_nothing_and_is_made_up_for()
    {
        var database = await CreateDatabaseAsync(await PostgresCluster.SharedAsync());
        var options = new PostgresOptions(new PostgresServerOptions(database.ConnectionString));
        var news = await FollowAsync(options, change => change.Target == "bad" ? throw new InvalidOperationException("A fault of the program.") : default);

        await AddAsync(database, "bad");
        await Eventually.IsTrue(() => news.Contains("anything"), "everything was forgotten");
        await AddAsync(database, "good");

        await Eventually.IsTrue(() => news.Contains("good"), "the news went on");
    }

    [Fact]
    public async Task While_no_news_can_be_had_nothing_that_was_known_is_believed()
    {
        var cluster = await PostgresCluster.SharedAsync();
        var database = await CreateDatabaseAsync(cluster);
        var news = await FollowAsync(new PostgresOptions(new PostgresServerOptions(database.ConnectionString)));
        await AddAsync(database, "before");
        await Eventually.IsTrue(() => news.Contains("before"), "the news came");
        await using var operation = new Npgsql.NpgsqlConnection(cluster.ConnectionString);
        await operation.OpenAsync(Ct);

        // Those that are connected go on, and nobody else gets in.
        await RunAsync($"ALTER DATABASE {database.Name} WITH ALLOW_CONNECTIONS false");
        await RunAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}' AND query LIKE '%nebula.changes%'");
        await Eventually.IsTrue(() => news.Count(n => n == "anything") > 2, "everything was forgotten, and again");
        await RunAsync($"ALTER DATABASE {database.Name} WITH ALLOW_CONNECTIONS true");
        await AddAsync(database, "after");

        await Eventually.IsTrue(() => news.Contains("after"), "the news went on");

        async Task RunAsync(string sql)
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, operation);
            await command.ExecuteNonQueryAsync(Ct);
        }
    }

    [Fact]
    public async Task Old_rows_are_removed_but_not_of_a_transaction_that_has_only_just_committed()
    {
        // A server of its own: a transaction of any other test would put off what is settled.
        var cluster = await PostgresCluster.StartAsync();
        _opened.Add(cluster);
        var database = await CreateDatabaseAsync(cluster);
        await using (await StartAsync(new PostgresOptions(new PostgresServerOptions(database.ConnectionString)), TimeProvider.System))
        {
        }

        await AddAsync(database, "old", age: "2 hours");
        await AddAsync(database, "young", age: "10 minutes");
        var clock = new Stopwatch();
        var news = await FollowAsync(new PostgresOptions(new PostgresServerOptions(database.ConnectionString)), clock: clock);

        // As by a transaction that took two hours.
        await AddAsync(database, "late", age: "2 hours");
        await Eventually.IsTrue(() => news.Contains("late"), "the news came");
        clock.Shift += TimeSpan.FromMinutes(7);
        await UntilKeptAsync(database, "late", "young");
        clock.Shift += TimeSpan.FromMinutes(7);

        await UntilKeptAsync(database, "young");
    }

    private static Task<int> AddAsync(PostgresDatabase database, string target, string age = "0") =>
        database.RunAsync($"INSERT INTO nebula.changes (kind, target, changed_at) VALUES ('key', '{target}', now() - interval '{age}'); NOTIFY nebula", Ct);

    private static async Task UntilKeptAsync(PostgresDatabase database, params string[] targets)
    {
        IReadOnlyList<string> kept = [];
        for (var attempt = 0; attempt < 200 && !kept.SequenceEqual(targets); attempt++)
        {
            await Task.Delay(50, Ct);
            kept = await database.ColumnAsync("SELECT target FROM nebula.changes ORDER BY target", Ct);
        }

        Assert.Equal(targets, kept);
    }

    private async Task<PostgresDatabase> CreateDatabaseAsync(PostgresCluster cluster)
    {
        var database = await cluster.CreateDatabaseAsync();
        _opened.Add(database);
        return database;
    }

    /// <summary>The targets of the changes that a server hears of; "anything" where it can't tell.</summary>
    private async Task<ConcurrentQueue<string>> FollowAsync(PostgresOptions options, Func<RemoteChange, ValueTask>? apply = null, TimeProvider? clock = null)
    {
        var storage = await StartAsync(options, clock ?? TimeProvider.System);
        _opened.Add(storage);
        var news = new ConcurrentQueue<string>();
        _following.Add(storage.FollowAsync(
            async (change, _) =>
            {
                if (apply is not null)
                    await apply(change);
                news.Enqueue(change.Kind == RemoteChangeKind.Anything ? "anything" : change.Target);
            },
            _stop.Token));
        return news;
    }

    private static Task<PostgresStorage> StartAsync(PostgresOptions options, TimeProvider clock) => PostgresStorage.StartAsync(options, clock, new RecordingLoggers(), Ct);

    /// <summary>A clock of which the passing of time can be brought forward; timers run as ever.</summary>
    private sealed class Stopwatch : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);
    }
}
