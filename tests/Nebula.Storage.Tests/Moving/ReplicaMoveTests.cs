using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres;
using Nebula.Storage.Postgres.Metadata;
using Nebula.Storage.Postgres.Moving;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>Moves between two PostgreSQLs that several servers serve, one of which hears nothing of what the others change.</summary>
public sealed class ReplicaMoveTests : IAsyncLifetime
{
    private PostgresDatabase? _metadata;
    private PostgresDatabase? _two;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PostgresDatabase Metadata => _metadata ?? throw new InvalidOperationException("Not started.");

    private PostgresDatabase Two => _two ?? throw new InvalidOperationException("Not started.");

    [Fact]
    public async Task Writers_of_every_server_go_on_at_the_new_copy_also_on_one_that_heard_nothing_of_the_move()
    {
        await using var mover = await Replica.StartAsync(Metadata, Two);
        await using var hearing = await Replica.StartAsync(Metadata, Two);
        await using var deaf = await Replica.StartAsync(Metadata, Two, hears: false);
        var tenant = await mover.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        await database.AddTableAsync("items", "v INTEGER", "s TEXT unique");
        var ledger = new List<long>();
        var isOver = false;
        var writers = new[] { mover, hearing, deaf, deaf }.Select((replica, writer) => Task.Run(async () =>
        {
            var table = database.On(replica.Services).Table("items");
            for (var i = 0; !Volatile.Read(ref isOver); i++)
            {
                var row = (await table.InsertAsync($$"""{"v": {{i}}, "s": "{{writer}}-{{i}}"}""")).Succeeds();
                lock (ledger)
                    ledger.Add(row.Id);
            }
        }, Ct)).ToList();

        var waited = new List<double>();
        foreach (var to in new[] { TwoPlacements.Two, PlacementName.Postgres, TwoPlacements.Two })
        {
            await Task.Delay(300, Ct);
            var current = await mover.Services.DatabaseStore.FindAsync(database.Id, Ct) ?? throw new InvalidOperationException("It is gone.");
            waited.Add((await mover.Mover.MoveAsync(current, to, new Telling<MoveProgress>(_ => { }), Ct).Succeeds()).WritesWaited.TotalMilliseconds);
        }

        await Task.Delay(300, Ct);
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(writers);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ledger.Count} acknowledged by three servers, writes held for {string.Join(", ", waited.Select(w => $"{w:N0} ms"))}"));
        Assert.Equal(ledger.Order(), (await Two.ColumnAsync($"SELECT id FROM db_{database.Id}.items", Ct)).Select(id => long.Parse(id, CultureInfo.InvariantCulture)).Order());
        Assert.Empty(await Metadata.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
        Assert.InRange(waited.Min(), 0, 1000);
        Assert.InRange(waited.Max(), 0, 3000); // the machine of the tests may be anybody's
    }

    [Fact]
    public async Task Nobody_writes_to_the_old_copy_after_the_flip()
    {
        await using var deaf = await Replica.StartAsync(Metadata, Two, hears: false);
        var database = await (await deaf.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await table.AddAsync("""{"v": 1}""");
        await using var server = new PostgresServer(new PostgresServerOptions(Metadata.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await source.BeginAsync(Ct);
        Assert.True(await source.FenceAsync(TimeSpan.FromSeconds(5), Ct));
        await Metadata.RunAsync($"UPDATE nebula.databases SET placement = 'two' WHERE database_id = {database.Id}", Ct);

        // The old copy is still there, and a server that knows nothing writes.
        var outcome = await table.InsertAsync("""{"v": 2}""");

        Assert.NotEqual("ok", outcome.Code());
        Assert.Equal(["1"], await Metadata.ColumnAsync($"SELECT v FROM db_{database.Id}.items", Ct));
    }

    [Fact]
    public async Task A_fence_that_a_dead_process_left_goes_within_seconds_and_the_writes_that_waited_succeed()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await table.AddAsync("""{"v": 1}""");
        await using var server = new PostgresServer(new PostgresServerOptions(Metadata.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        var moves = new MoveRegistry(new PostgresMetadata(server, server.OpenAsync), TimeProvider.System);
        await moves.BeginAsync(new MoveEntry(database.Id, PlacementName.Postgres, TwoPlacements.Two, MoveRegistry.StageOf(MoveStage.Switching), "dead", 0), Ct).Succeeds();
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await source.BeginAsync(Ct);
        Assert.True(await source.FenceAsync(TimeSpan.FromSeconds(5), Ct));

        (await table.InsertAsync("""{"v": 2}""")).Succeeds();

        Assert.Empty((await table.ListAsync()).Rows.Skip(2));
        while ((await moves.ListAsync(Ct)).Count > 0)
            await Task.Delay(100, Ct);
        Assert.Empty(await Metadata.ColumnAsync($"SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'db_{database.Id}.items'::regclass", Ct));
    }

    [Fact]
    public async Task A_transaction_that_began_before_the_fence_is_waited_for()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.AddTableAsync("items", "v INTEGER");
        await using var server = new PostgresServer(new PostgresServerOptions(Metadata.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await source.BeginAsync(Ct);
        await using var other = await Metadata.ConnectAsync(Ct);
        await using (var transaction = await other.BeginTransactionAsync(Ct))
        {
            await using var insert = new Npgsql.NpgsqlCommand($"INSERT INTO db_{database.Id}.items (v, created_at, updated_at) VALUES (1, '', '')", other);
            await insert.ExecuteNonQueryAsync(Ct);

            Assert.False(await source.FenceAsync(TimeSpan.FromMilliseconds(300), Ct));
            await database.Table("items").AddAsync("""{"v": 2}"""); // and nobody is kept out

            await transaction.CommitAsync(Ct);
        }

        Assert.True(await source.FenceAsync(TimeSpan.FromMilliseconds(300), Ct));
        await source.ReleaseAsync(Ct);
    }

    [Fact]
    public async Task Changes_come_in_portions_with_each_key_once_and_can_be_read_again()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await using var server = new PostgresServer(new PostgresServerOptions(Metadata.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);

        await Portions.AssertAsync(source, table);
    }

    [Fact]
    public async Task A_lock_on_one_of_many_tables_is_waited_for_no_longer_than_on_all_together()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await database.AddTableAsync(name, "v INTEGER");
        await using var server = new PostgresServer(new PostgresServerOptions(Metadata.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        await using var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        await source.BeginAsync(Ct);
        var held = new List<Npgsql.NpgsqlConnection>();
        foreach (var name in new[] { "a", "b", "c" })
        {
            held.Add(await Metadata.ConnectAsync(Ct));
            await using var hold = new Npgsql.NpgsqlCommand($"BEGIN; LOCK TABLE db_{database.Id}.{name} IN ROW EXCLUSIVE MODE", held[^1]);
            await hold.ExecuteNonQueryAsync(Ct);
        }

        // Each lets go before its own time would be up, and the last one long after that of all.
        var fencing = source.FenceAsync(TimeSpan.FromSeconds(1), Ct).AsTask();
        foreach (var connection in held)
        {
            await Task.WhenAny(fencing, Task.Delay(700, Ct));
            await connection.DisposeAsync();
        }

        Assert.False(await fencing);
        await database.Table("a").AddAsync("""{"v": 1}""");
    }

    [Fact]
    public async Task The_new_copy_is_vacuumed_like_any_other()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.AddTableAsync("items", "v INTEGER");

        await replica.Mover.MoveAsync(await replica.Services.DatabaseStore.FindAsync(database.Id, Ct) ?? throw new InvalidOperationException("It is gone."), TwoPlacements.Two, new Telling<MoveProgress>(_ => { }), Ct).Succeeds();

        Assert.Equal([""], await Two.ColumnAsync($"SELECT reloptions FROM pg_class WHERE oid = 'db_{database.Id}.items'::regclass", Ct));
    }

    [Fact]
    public async Task Who_reads_the_old_copy_while_it_is_being_removed_is_sent_to_the_new_one()
    {
        await using var mover = await Replica.StartAsync(Metadata, Two);
        await using var deaf = await Replica.StartAsync(Metadata, Two, hears: false);
        var tenant = await mover.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        await (await database.AddTableAsync("first", "v INTEGER")).AddAsync("""{"v": 1}""");
        await database.AddTableAsync("last", "v INTEGER");
        await deaf.Services.Databases.OpenAsync(tenant.Caller, database.Database.Name, Ct).Succeeds(); // knows where it is, and has read nothing of it
        await using var reader = await Metadata.ConnectAsync(Ct);
        await using var hold = new Npgsql.NpgsqlCommand($"BEGIN; SELECT FROM db_{database.Id}.last", reader);
        await hold.ExecuteNonQueryAsync(Ct);

        var moving = mover.Mover.MoveAsync(database.Database with { State = DatabaseState.Created }, TwoPlacements.Two, new Telling<MoveProgress>(_ => { }), Ct).AsTask();
        await Eventually.IsTrue(() => Metadata.ColumnAsync($"SELECT 1 WHERE to_regclass('db_{database.Id}.first') IS NULL", Ct).Result.Count == 1, "the first table is out of the way");
        var read = await database.On(deaf.Services).Table("first").TryListAsync();
        await reader.DisposeAsync();

        Assert.Equal(["1"], read.Succeeds().Column("v"));
        (await moving).Succeeds();
        Assert.Empty(await Metadata.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
    }

    [Fact]
    public async Task Of_a_database_that_is_gone_nothing_is_left_in_either_placement()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        await (await database.AddTableAsync("items", "v INTEGER")).AddAsync("""{"v": 1}""");
        await using var server = new PostgresServer(new PostgresServerOptions(Metadata.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        await using var second = new PostgresServer(new PostgresServerOptions(Two.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        var moves = new MoveRegistry(new PostgresMetadata(server, server.OpenAsync), TimeProvider.System);
        await moves.BeginAsync(new MoveEntry(database.Id, PlacementName.Postgres, TwoPlacements.Two, MoveRegistry.StageOf(MoveStage.Copying), "dead", 0), Ct).Succeeds();
        await using (var source = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System))
        await using (var target = new PostgresMoveTarget(second, database.Id, _ => default, TimeProvider.System))
            await target.CreateAsync(await source.BeginAsync(Ct), Ct);
        await Metadata.RunAsync($"DELETE FROM nebula.databases WHERE database_id = {database.Id}", Ct);

        await replica.TakeOverMovesAsync();

        Assert.Empty(await moves.ListAsync(Ct));
        Assert.Empty(await Two.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
        Assert.Empty(await Metadata.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
    }

    [Fact]
    public async Task A_column_that_Nebula_does_not_serve_is_named_and_not_left_behind()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await table.AddAsync("""{"v": 1}""");
        await Metadata.RunAsync($"ALTER TABLE db_{database.Id}.items ADD COLUMN other integer[] DEFAULT '{{1,2}}'", Ct);

        Assert.Equal("The database holds what no definition describes: column 'items.other'.", await RefusalAsync(replica, database));

        Assert.Equal(["1"], await Metadata.ColumnAsync($"SELECT other[1] FROM db_{database.Id}.items", Ct));
        Assert.Empty(await Two.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
        await table.AddAsync("""{"v": 2}""");
    }

    [Theory]
    [InlineData("ALTER TABLE items ADD COLUMN w integer GENERATED ALWAYS AS (v + 1) STORED", "column 'items.w'")]
    [InlineData("ALTER TABLE items ADD COLUMN w bigint DEFAULT 7", "default 'items.w'")]
    [InlineData("ALTER TABLE items ALTER COLUMN v SET DEFAULT 8", "default 'items.v'")]
    [InlineData("ALTER TABLE items ADD CONSTRAINT small CHECK (v < 1000)", "constraint 'items.small'")]
    [InlineData("ALTER TABLE items ADD CONSTRAINT once UNIQUE (v, s)", "constraint 'items.once'")]
    [InlineData("ALTER TABLE items ADD CONSTRAINT leads FOREIGN KEY (v) REFERENCES items (id)", "constraint 'items.leads'")]
    [InlineData("ALTER TABLE items ADD CONSTRAINT apart EXCLUDE (v WITH =)", "constraint 'items.apart'")]
    [InlineData("CREATE INDEX plain ON items (v)", "index 'plain'")]
    [InlineData("CREATE INDEX odd ON items (lower(s))", "index 'odd'")]
    [InlineData("CREATE UNIQUE INDEX partly ON items (s) WHERE v > 0", "index 'partly'")]
    [InlineData("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER tr AFTER INSERT ON items EXECUTE FUNCTION f()", "trigger 'tr'")]
    [InlineData("CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT 2 * i'", "function 'twice'")]
    [InlineData("CREATE SEQUENCE numbers", "sequence 'numbers'")]
    [InlineData("CREATE VIEW seen AS SELECT v FROM items", "view 'seen'")]
    [InlineData("CREATE MATERIALIZED VIEW kept AS SELECT v FROM items", "view 'kept'")]
    [InlineData("CREATE TABLE theirs (x int)", "table 'theirs'")]
    [InlineData("CREATE TYPE mood AS ENUM ('sad', 'glad')", "type 'mood'")]
    [InlineData("CREATE TYPE pair AS (a int, b int)", "type 'pair'")]
    [InlineData("CREATE DOMAIN positive AS int CHECK (VALUE > 0)", "type 'positive'")]
    [InlineData("CREATE COLLATION plain (locale = 'C')", "collation 'plain'")]
    [InlineData("CREATE STATISTICS pairs ON v, s FROM items", "statistics object 'pairs'")]
    [InlineData("CREATE RULE quiet AS ON DELETE TO items DO INSTEAD NOTHING", "rule 'quiet'")]
    [InlineData("CREATE POLICY own ON items USING (v > 0)", "policy 'own'")]
    public async Task What_another_program_made_in_the_schema_is_named_and_not_left_behind(string sql, string named)
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        await database.AddTableAsync("items", "v INTEGER", "s TEXT");
        await Metadata.RunAsync($"SET search_path = db_{database.Id}; {sql}", Ct);

        Assert.Contains(named, await RefusalAsync(replica, database), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_altered_and_renamed_is_described_and_moved()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddEverythingAsync();
        await database.AlterAsync("tags", """{"rename_to": "marks", "rename_columns": [{"from": "word", "to": "text"}], "add_columns": [{"name": "n", "type": "INTEGER", "check": {"min": 1}, "default": 2}, {"name": "u", "type": "TEXT", "unique": true}]}""").Succeeds();
        await database.AlterAsync("everything", """{"alter_columns": [{"name": "b", "type": "INTEGER", "check": {"max": 5}}], "add_columns": [{"name": "mark_id", "type": "INTEGER", "references": {"table": "marks"}}]}""").Succeeds();
        await database.AlterAsync("everything", """{"alter_columns": [{"name": "b", "type": "TEXT", "default": "no", "check": null}, {"name": "n", "nullable": true, "check": null}]}""").Succeeds();
        var (before, current) = (await database.Table("notes").TotalAsync(), await replica.Services.DatabaseStore.FindAsync(database.Id, Ct) ?? throw new InvalidOperationException("It is gone."));

        await replica.Mover.MoveAsync(current, TwoPlacements.Two, new Telling<MoveProgress>(_ => { }), Ct).Succeeds();

        Assert.Equal(before, await database.Table("notes").TotalAsync());
        await replica.Mover.MoveAsync(await replica.Services.DatabaseStore.FindAsync(database.Id, Ct) ?? current, PlacementName.Postgres, new Telling<MoveProgress>(_ => { }), Ct).Succeeds();
    }

    public async ValueTask InitializeAsync()
    {
        var cluster = await PostgresCluster.SharedAsync();
        (_metadata, _two) = (await cluster.CreateDatabaseAsync(), await cluster.CreateDatabaseAsync());
    }

    private static async Task<string> RefusalAsync(Replica replica, TestDatabase database)
    {
        var current = await replica.Services.DatabaseStore.FindAsync(database.Id, Ct) ?? throw new InvalidOperationException("It is gone.");
        return (await replica.Mover.MoveAsync(current, TwoPlacements.Two, new Telling<MoveProgress>(_ => { }), Ct).FailsWith(ErrorCodes.Conflict)).Message;
    }

    public async ValueTask DisposeAsync()
    {
        if (_metadata is not null)
            await _metadata.DisposeAsync();
        if (_two is not null)
            await _two.DisposeAsync();
    }
}
