using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;
using Nebula.Core.Records;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres;
using Nebula.Storage.Postgres.Moving;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;
using Npgsql;

namespace Nebula.Storage.Tests.Moving;

/// <summary>Moves between PostgreSQL servers that others hold locks, connections or rights of.</summary>
public sealed class ContendedMoveTests : IAsyncLifetime
{
    private PostgresDatabase? _metadata;
    private PostgresDatabase? _two;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PostgresDatabase Metadata => _metadata ?? throw new InvalidOperationException("Not started.");

    private PostgresDatabase Two => _two ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        var cluster = await PostgresCluster.SharedAsync();
        (_metadata, _two) = (await cluster.CreateDatabaseAsync(), await cluster.CreateDatabaseAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Metadata.DisposeAsync();
        await Two.DisposeAsync();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task However_few_connections_requests_have_a_database_moves_away_and_back(int poolSize)
    {
        await using var replica = await Replica.StartAsync(Metadata, Two, poolSize: poolSize);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await table.AddAsync("""{"v": 1}""");

        foreach (var to in new[] { TwoPlacements.Two, PlacementName.Postgres })
            (await MoveAsync(replica, database, to)).Succeeds();

        Assert.Equal(1, await table.TotalAsync());
        Assert.Empty(await Metadata.ColumnAsync("SELECT owner FROM nebula.moves", Ct)); // cleaned up too
    }

    [Fact]
    public async Task Requests_with_an_idempotency_key_are_not_in_the_way_of_the_fence()
    {
        await Metadata.RunAsync($"ALTER DATABASE \"{Metadata.Name}\" SET deadlock_timeout = '1min'", Ct); // the server itself would end one
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var tenant = await replica.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await using var server = ServerOf(Metadata);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await source.BeginAsync(Ct);
        await using var writer = await HoldAsync(database, "items", "ROW EXCLUSIVE");

        var fencing = source.FenceAsync(TimeSpan.FromSeconds(20), Ct).AsTask();
        await WaitsAsync(1);
        var once = table.InsertOnceAsync("""{"v": 1}""", IdempotentRequest.Of(tenant.Caller, "POST", "/records", "a", "{}"u8)).AsTask();
        await WaitsAsync(2);
        await writer.DisposeAsync();

        Assert.True(await fencing);
        await source.ReleaseAsync(Ct);
        (await once).Succeeds();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_met_a_fence_which_is_gone_when_it_looks_is_made(bool isIdempotent)
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var tenant = await replica.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await table.AddAsync("""{"v": 0}""");
        await using var server = ServerOf(Metadata);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await source.BeginAsync(Ct);

        for (var i = 0; i < 20; i++)
        {
            var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"key-{i}");
            var writes = Enumerable.Range(0, 4).Select(n => isIdempotent
                ? table.InsertOnceAsync("""{"v": 1}""", IdempotentRequest.Of(tenant.Caller, "POST", "/records", $"{id}-{n}", "{}"u8)).AsTask()
                : table.InsertAsync("""{"v": 1}""").AsTask()).ToList();
            Assert.True(await source.FenceAsync(TimeSpan.FromSeconds(20), Ct));
            await source.OpenAsync(Ct);
            foreach (var written in await Task.WhenAll(writes))
                written.Succeeds();
        }

        await source.ReleaseAsync(Ct);
    }

    [Fact]
    public async Task To_watch_a_table_that_is_written_for_long_keeps_no_other_table_waiting()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        foreach (var name in new[] { "a", "b" })
            await database.AddTableAsync(name, "v INTEGER");
        await using var server = ServerOf(Metadata);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await using var writer = await HoldAsync(database, "b", "ROW EXCLUSIVE");

        var beginning = source.BeginAsync(Ct).AsTask();
        await WaitsAsync(1);
        for (var i = 0; i < 20; i++, await Task.Delay(50, Ct))
            await Metadata.RunAsync($"BEGIN; LOCK TABLE db_{database.Id}.a IN ROW EXCLUSIVE MODE NOWAIT; COMMIT", Ct);
        await writer.DisposeAsync();

        Assert.Equal(2, (await Eventually.Ends(beginning)).Tables.Count);
        await source.ReleaseAsync(Ct);
        Assert.Empty(await Metadata.ColumnAsync("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE '\\_nebula%'", Ct));
    }

    [Fact]
    public async Task A_table_that_is_moved_is_not_truncated()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.AddTableAsync("items", "v INTEGER");
        await using var server = ServerOf(Metadata);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await source.BeginAsync(Ct);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => Metadata.RunAsync($"TRUNCATE db_{database.Id}.items", Ct));

        Assert.Equal(PostgresErrorCodes.ObjectInUse, refused.SqlState);
        await source.ReleaseAsync(Ct);
        await Metadata.RunAsync($"TRUNCATE db_{database.Id}.items", Ct);
    }

    [Fact]
    public async Task An_autovacuum_gives_way()
    {
        await using var cluster = await PostgresCluster.StartAsync("-c autovacuum_naptime=1s");
        await using var metadata = await cluster.CreateDatabaseAsync();
        await using var replica = await Replica.StartAsync(metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.AddTableAsync("items", "v INTEGER");
        var items = $"db_{database.Id}.items";
        await using var server = ServerOf(metadata);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await source.BeginAsync(Ct);
        await metadata.RunAsync($"ALTER TABLE {items} SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)", Ct);
        await metadata.RunAsync($"INSERT INTO {items} (v, created_at, updated_at) SELECT i, '', '' FROM generate_series(1, 50000) i", Ct);
        await metadata.RunAsync($"DELETE FROM {items} WHERE id % 2 = 0", Ct);
        await Eventually.IsTrue(
            () => metadata.ColumnAsync($"SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.backend_type = 'autovacuum worker' AND l.relation = '{items}'::regclass", Ct).Result.Count > 0, "it is vacuumed");
        Assert.False(await source.FenceAsync(TimeSpan.FromMilliseconds(300), Ct));

        // Another worker may take the table up at once, as a move would find out too.
        var isFenced = false;
        for (var attempt = 0; attempt < 10 && !isFenced; attempt++)
        {
            await source.MakeWayAsync(Ct);
            isFenced = await source.FenceAsync(TimeSpan.FromMilliseconds(300), Ct);
        }

        Assert.True(isFenced);
        await source.ReleaseAsync(Ct);
    }

    [Fact]
    public async Task What_the_other_server_does_not_allow_is_named_and_the_database_serves_on()
    {
        var role = $"limited_{Two.Name}";
        await Two.RunAsync($"CREATE ROLE \"{role}\" LOGIN PASSWORD 'x'", Ct);
        try
        {
            await using var replica = await Replica.StartAsync(Metadata, new NpgsqlConnectionStringBuilder(Two.ConnectionString) { Username = role, Password = "x" }.ConnectionString);
            var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
            var table = await database.AddTableAsync("items", "v INTEGER");

            Assert.False((await MoveAsync(replica, database, TwoPlacements.Two)).TryGet(out _, out var error));

            Assert.Equal(ErrorCodes.Internal, error.Code);
            Assert.Contains("42501", error.Message, StringComparison.Ordinal);
            await table.AddAsync("""{"v": 1}""");
            Assert.Empty(await Metadata.ColumnAsync("SELECT owner FROM nebula.moves", Ct));
        }
        finally
        {
            await Two.RunAsync($"DROP ROLE \"{role}\"", Ct);
        }
    }

    [Fact]
    public async Task A_server_without_the_source_leaves_a_move_to_those_who_have_it()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.AddTableAsync("items", "v INTEGER");
        await Metadata.RunAsync($"INSERT INTO nebula.moves (database_id, source, target, stage, owner, started_at) VALUES ({database.Id}, 'archive', 'two', 'copying', 'the dead', '')", Ct);

        await replica.TakeOverMovesAsync();

        Assert.Equal(["the dead"], await Metadata.ColumnAsync("SELECT owner FROM nebula.moves", Ct));
    }

    [Fact]
    public async Task A_changed_schema_in_another_placement_is_known_to_other_servers_soon()
    {
        await using var here = await Replica.StartAsync(Metadata, Two);
        await using var there = await Replica.StartAsync(Metadata, Two);
        var database = await (await here.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "a TEXT");
        var row = await table.AddAsync("""{"a": "x"}""");
        (await MoveAsync(here, database, TwoPlacements.Two)).Succeeds();
        var other = database.On(there.Services).Table("items");
        await Eventually.IsTrue(() => other.FindAsync(row.Id).AsTask().Result.TryGet(out _, out _), "it is found where it is by now");

        await database.AlterAsync("items", """{"add_columns": [{"name": "b", "type": "TEXT", "default": "new"}]}""").Succeeds();

        await Eventually.IsTrue(() => other.FindAsync(row.Id).AsTask().Result.Succeeds().Json.ContainsKey("b"), "the column is read");
        (await other.InsertAsync("""{"a": "y", "b": "z"}""")).Succeeds();
    }

    [Fact]
    public async Task Other_servers_are_told_of_a_schema_in_another_placement_when_it_can_be_read()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.AddTableAsync("items", "a TEXT");
        (await MoveAsync(replica, database, TwoPlacements.Two)).Succeeds();
        await using var listener = await Metadata.ConnectAsync(Ct);
        await using (var listen = new NpgsqlCommand("LISTEN nebula", listener))
            await listen.ExecuteNonQueryAsync(Ct);
        var columns = new List<int>();
        listener.Notification += (_, _) => columns.Add(Two.ColumnAsync($"SELECT 1 FROM information_schema.columns WHERE table_schema = 'db_{database.Id}' AND table_name = 'items' AND column_name = 'b'", Ct).Result.Count);

        await database.AlterAsync("items", """{"add_columns": [{"name": "b", "type": "TEXT"}]}""").Succeeds();

        while (columns.Count < 2)
            await listener.WaitAsync(Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Assert.Equal(1, columns[^1]);
    }

    private static PostgresServer ServerOf(PostgresDatabase database) => new(new PostgresServerOptions(database.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);

    private static async Task<Result<MoveReport>> MoveAsync(Replica replica, TestDatabase database, PlacementName to) => await replica.Mover.MoveAsync(
        await replica.Services.DatabaseStore.FindAsync(database.Id, Ct) ?? throw new InvalidOperationException("It is gone."), to, new Telling<MoveProgress>(_ => { }), Ct);

    private async Task<NpgsqlConnection> HoldAsync(TestDatabase database, string table, string mode)
    {
        var connection = await Metadata.ConnectAsync(Ct);
        await using var hold = new NpgsqlCommand($"BEGIN; LOCK TABLE db_{database.Id}.{table} IN {mode} MODE", connection);
        await hold.ExecuteNonQueryAsync(Ct);
        return connection;
    }

    private Task WaitsAsync(int count) => Eventually.IsTrue(() => Metadata.ColumnAsync($"SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted AND d.datname = '{Metadata.Name}'", Ct).Result.Count >= count, "somebody waits");
}
