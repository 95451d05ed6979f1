using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Auditing;
using Nebula.Core.Caching;
using Nebula.Core.Databases;
using Nebula.Core.Quotas;
using Nebula.Storage.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>What one server ends, the others on the same PostgreSQL refuse within a second: by notifications, and by asking where none can come.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ReplicaTests : IAsyncLifetime
{
    private static readonly TimeSpan _promised = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _following = [];
    private readonly List<PostgresStorage> _storages = [];
    private PostgresDatabase? _database;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PostgresDatabase Database => _database ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _database = PostgresCluster.WhyNone is null ? await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync() : null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_following);
        foreach (var storage in _storages)
            await storage.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
        _stop.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_revoked_on_one_server_is_refused_by_the_other_within_a_second(bool isPooled)
    {
        var (one, other) = (await StartAsync(isPooled), await StartAsync(isPooled));
        var (database, key) = await AddKeyAsync(one);
        var waited = new List<TimeSpan>();
        for (var round = 0; round < 5; round++)
        {
            if (round > 0)
                await other.Storage.ApiKeys.AddAsync(key.Key, Ct).Succeeds();
            var caller = await other.Keys.AuthenticateAsync(key.Text, Ct);
            Assert.NotNull(caller);
            await Task.Delay(round * 120, Ct); // anywhere between two looks

            await one.Storage.ApiKeys.RemoveAsync(database.Id, key.Key.Id, Ct).Succeeds();

            waited.Add(await UntilAsync(() => caller.Revocation.IsRevoked));
            Assert.Null(await other.Keys.AuthenticateAsync(key.Text, Ct));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", waited.Select(w => $"{w.TotalMilliseconds:F0} ms")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rights_that_a_key_lost_on_one_server_are_lost_on_the_other_and_a_key_that_stays_the_same_goes_on(bool isPooled)
    {
        var (one, other) = (await StartAsync(isPooled), await StartAsync(isPooled));
        var (_, key) = await AddKeyAsync(one);
        var before = await other.Keys.AuthenticateAsync(key.Text, Ct);
        var changed = key.Key with { Scopes = Scopes.RecordsRead };

        await one.Storage.ApiKeys.UpdateAsync(key.Key, changed, Ct).Succeeds();
        await UntilAsync(() => before!.Revocation.IsRevoked);
        var after = await other.Keys.AuthenticateAsync(key.Text, Ct);
        await one.Storage.ApiKeys.UpdateAsync(changed, changed with { Name = "another name" }, Ct).Succeeds();
        await Task.Delay(_promised, Ct);

        Assert.Equal(Scopes.RecordsRead, after?.Key.Scopes);
        Assert.False(after?.Revocation.IsRevoked);
        Assert.Same(after, await other.Keys.AuthenticateAsync(key.Text, Ct));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tokens_that_one_server_ended_are_refused_by_the_other(bool isPooled)
    {
        var (one, other) = (await StartAsync(isPooled), await StartAsync(isPooled));
        var account = Some.Account(TimeProvider.System);
        await one.Storage.Accounts.AddAsync(account, Ct).Succeeds();
        var caller = await other.Accounts.AuthenticateAsync(account.Id, account.TokenVersion, Ct);

        await one.Storage.Accounts.UpdateAsync(account, account with { TokenVersion = account.TokenVersion + 1 }, Ct).Succeeds();

        await UntilAsync(() => caller!.Revocation.IsRevoked);
        Assert.Null(await other.Accounts.AuthenticateAsync(account.Id, account.TokenVersion, Ct));
        Assert.NotNull(await other.Accounts.AuthenticateAsync(account.Id, account.TokenVersion + 1, Ct));
    }

    [Fact]
    public async Task A_token_that_another_server_gave_out_is_good_before_the_news_of_its_account_is()
    {
        var (one, other) = (await StartAsync(isPooled: false), await StartAsync(isPooled: false, hearsNews: false));
        var account = Some.Account(TimeProvider.System);
        await one.Storage.Accounts.AddAsync(account, Ct).Succeeds();
        var before = await other.Accounts.AuthenticateAsync(account.Id, account.TokenVersion, Ct);

        await one.Storage.Accounts.UpdateAsync(account, account with { TokenVersion = account.TokenVersion + 1 }, Ct).Succeeds();

        Assert.NotNull(await other.Accounts.AuthenticateAsync(account.Id, account.TokenVersion + 1, Ct));
        Assert.True(before?.Revocation.IsRevoked);
        Assert.Null(await other.Accounts.AuthenticateAsync(account.Id, account.TokenVersion + 2, Ct));
    }

    [Fact]
    public async Task What_changed_while_a_server_heard_nothing_is_made_up_for()
    {
        var (one, other) = (await StartAsync(isPooled: false), await StartAsync(isPooled: false));
        var (database, key) = await AddKeyAsync(one);
        var caller = await other.Keys.AuthenticateAsync(key.Text, Ct);

        await Database.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", Ct);
        await one.Storage.ApiKeys.RemoveAsync(database.Id, key.Key.Id, Ct).Succeeds();

        await Eventually.IsTrue(() => caller!.Revocation.IsRevoked, "the key was refused");
    }

    [Fact]
    public async Task A_transaction_that_commits_late_is_not_missed()
    {
        var (one, other) = (await StartAsync(isPooled: false), await StartAsync(isPooled: false));
        var (_, early) = await AddKeyAsync(one);
        var (_, late) = await AddKeyAsync(one);
        var (first, second) = (await other.Keys.AuthenticateAsync(early.Text, Ct), await other.Keys.AuthenticateAsync(late.Text, Ct));
        await using var connection = await Database.ConnectAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using (var delete = new Npgsql.NpgsqlCommand($"DELETE FROM nebula.api_keys WHERE key_id = '{late.Key.Id.Value}'", connection))
            await delete.ExecuteNonQueryAsync(Ct);

        await one.Storage.ApiKeys.RemoveAsync(early.Key.DatabaseId, early.Key.Id, Ct).Succeeds();
        await UntilAsync(() => first!.Revocation.IsRevoked);
        Assert.False(second!.Revocation.IsRevoked);
        await Task.Delay(_promised, Ct);
        await transaction.CommitAsync(Ct);

        await UntilAsync(() => second.Revocation.IsRevoked);
    }

    [Fact]
    public async Task A_server_that_fails_at_one_change_hears_of_it_again_and_of_the_next_ones()
    {
        var one = await StartAsync(isPooled: false);
        var (database, key) = await AddKeyAsync(one);
        var other = await PostgresStorage.StartAsync(new PostgresOptions(new PostgresServerOptions(Database.ConnectionString) { PoolSize = 4 }), TimeProvider.System, new RecordingLoggers(), Ct);
        _storages.Add(other);
        var heard = 0;
        _following.Add(other.FollowAsync((_, _) => Interlocked.Increment(ref heard) == 1 ? throw new InvalidOperationException("A fault.") : default, _stop.Token));

        await one.Storage.ApiKeys.RemoveAsync(database.Id, key.Key.Id, Ct).Succeeds();

        await Eventually.IsTrue(() => Volatile.Read(ref heard) > 1, "the change was heard of again");
    }

    private static async Task<TimeSpan> UntilAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        await Eventually.IsTrue(condition, "the other server knew");
        var waited = TimeProvider.System.GetElapsedTime(started);
        Assert.True(waited < _promised, $"It took {waited.TotalMilliseconds:F0} ms.");
        return waited;
    }

    private static async Task<(Database Database, (ApiKey Key, string Text))> AddKeyAsync(Replica replica)
    {
        var account = Some.Account(TimeProvider.System);
        await replica.Storage.Accounts.AddAsync(account, Ct).Succeeds();
        var database = await replica.Storage.Databases.AddAsync(account.Id, Some.Database("shop"), most: null, Ct).Succeeds();
        var (text, prefix) = ApiKeyText.Create();
        var key = new ApiKey(ApiKeyId.New(TimeProvider.System), database.Id, "main", prefix, prefix, ApiKeyText.Hash(text), Scopes.All, Tables: null, Some.Now(TimeProvider.System), null, null);
        await replica.Storage.ApiKeys.AddAsync(key, Ct).Succeeds();
        return (database, (key, text));
    }

    private async Task<Replica> StartAsync(bool isPooled, bool hearsNews = true)
    {
        await PostgresCluster.SharedAsync();
        var options = new PostgresOptions(new PostgresServerOptions(Database.ConnectionString) { IsPooled = isPooled, PoolSize = 4 });
        var storage = await PostgresStorage.StartAsync(options, TimeProvider.System, new RecordingLoggers(), Ct);
        _storages.Add(storage);
        var replica = new Replica(storage);
        if (hearsNews)
            _following.Add(storage.FollowAsync(replica.Changes.ApplyAsync, _stop.Token));
        return replica;
    }

    /// <summary>The services of one server.</summary>
    private sealed class Replica
    {
        public Replica(PostgresStorage storage)
        {
            Storage = storage;
            var cache = new ApiKeyCache();
            var audit = new AuditLog(storage.Audit);
            var quotas = new QuotaService(storage.Quotas, QuotaSet.Unlimited, storage.Databases, TimeProvider.System);
            var databases = new DatabaseService(storage.Databases, cache, quotas, audit);
            // No tables are asked for: the names of tables that keys are bound to play no part here.
            Keys = new ApiKeyService(storage.ApiKeys, cache, new ApiKeyUses(storage.ApiKeys, TimeProvider.System), databases, tables: null!, audit, TimeProvider.System);
            Accounts = new AccountService(storage.Accounts, passwords: null!, databases, new AccountPolicy(SignupOpen: true), audit, TimeProvider.System); // no password is checked
            Changes = new RemoteChanges(Accounts, Keys, databases, quotas);
        }

        public PostgresStorage Storage { get; }

        public ApiKeyService Keys { get; }

        public AccountService Accounts { get; }

        public RemoteChanges Changes { get; }
    }
}
