using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite;

/// <summary>Tables that another program made in a database, with what Nebula itself never makes.</summary>
public sealed class ForeignTableTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _database = await (await _storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await _database.AddTableAsync("own", "n INTEGER", "u INTEGER unique");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task A_table_of_another_program_is_served_at_once()
    {
        Run("CREATE TABLE guests (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'x', paid BOOL, since DATETIME)");
        Run("INSERT INTO guests (name, paid, since) VALUES ('Ada', 1, '2020-01-01 10:00:00')");

        var row = await _database.Table("guests").FindAsync(1).Succeeds();

        Assert.Equal("""{"id":1,"name":"Ada","paid":true,"since":"2020-01-01 10:00:00"}""", row.Text);
        Assert.Equal("\"x\"", (await _database.Table("guests").AddAsync("""{"paid": false}"""))["name"]);
    }

    [Fact]
    public async Task A_table_that_another_program_dropped_can_be_made_again_and_is_another_one()
    {
        var before = await _database.GetTableAsync("own").Succeeds();
        Run("DROP TABLE own");
        Assert.Empty(await _database.ListTablesAsync());

        await _database.GetTableAsync("own").FailsWith(ErrorCodes.TableNotFound);
        var after = await _database.TryAddTableAsync("own", "n INTEGER").Succeeds();

        Assert.NotEqual(before.Id, after.Id);
    }

    [Fact]
    public async Task A_column_that_another_program_renamed_is_not_read_as_its_old_name()
    {
        var table = _database.Table("own");
        await table.AddAsync("""{"n": 7}""");
        await table.FindAsync(1).Succeeds();
        await table.ListAsync();

        Run("ALTER TABLE own RENAME COLUMN n TO m");

        Assert.Equal("7", (await table.FindAsync(1).Succeeds())["m"]);
        Run("ALTER TABLE own RENAME COLUMN m TO k");
        Assert.Equal(["7"], (await table.ListAsync("count=none")).Column("k"));
        Run("ALTER TABLE own RENAME COLUMN k TO l");
        await _database.ListTablesAsync();
        Assert.Equal(["7"], (await table.ListAsync("l=7&sort=l")).Column("l"));
        Assert.Equal("8", (await table.UpdateAsync(1, """{"l": 8}""").Succeeds())["l"]);
    }

    [Fact]
    public async Task A_table_seen_first_by_a_batch_that_fails_keeps_its_identity()
    {
        var table = _database.Table("own");
        await table.AddAsync("""{"u": 1}""");
        Run("CREATE TABLE guests (id INTEGER PRIMARY KEY, n INTEGER)");
        await table.InsertAsync("""{"u": 1}""").FailsWith(ErrorCodes.UniqueViolation);

        var guests = await _database.GetTableAsync("guests").Succeeds();
        var made = await _database.TryAddTableAsync("made", "n INTEGER").Succeeds();

        Assert.NotEqual(guests.Id, made.Id);
        await _storage.RestartAsync();
        var restarted = _database.On(_storage.Services);
        Assert.Equal(guests.Id, (await restarted.GetTableAsync("guests").Succeeds()).Id);
        Assert.Equal(made.Id, (await restarted.GetTableAsync("made").Succeeds()).Id);
    }

    [Fact]
    public async Task A_name_that_a_view_has_is_taken()
    {
        Run("CREATE VIEW taken AS SELECT 1 AS one");

        await _database.TryAddTableAsync("Taken", "n INTEGER").FailsWith(ErrorCodes.TableExists);
        Run("CREATE INDEX by_n ON own (n)");
        await _database.TryAddTableAsync("by_n", "n INTEGER").FailsWith(ErrorCodes.TableExists);
        Assert.Single(await _database.ListTablesAsync());
    }

    [Fact]
    public async Task A_constraint_that_ignores_a_conflict_is_answered_as_a_conflict()
    {
        Run("CREATE TABLE quiet (id INTEGER PRIMARY KEY, u INTEGER UNIQUE ON CONFLICT IGNORE)");
        var quiet = _database.Table("quiet");
        await quiet.AddAsync("""{"u": 1}""");

        await quiet.InsertAsync("""{"u": 1}""").FailsWith(ErrorCodes.Conflict);

        Assert.Equal(1, await quiet.TotalAsync());
    }

    [Theory]
    [InlineData("CREATE TABLE odd (a TEXT, b INTEGER, n INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID")]
    [InlineData("CREATE TABLE odd (a TEXT, b INTEGER, n INTEGER, PRIMARY KEY (a, b))")]
    [InlineData("CREATE TABLE odd (a TEXT PRIMARY KEY, b INTEGER, n INTEGER)")]
    [InlineData("CREATE TABLE odd (a TEXT, b INTEGER, n INTEGER)")]
    [InlineData("CREATE TABLE odd (a TEXT, b INTEGER, n INTEGER, rowid TEXT, _rowid_ TEXT)")]
    [InlineData("CREATE TABLE odd (b INTEGER PRIMARY KEY, a TEXT, n INTEGER)")]
    public async Task Whatever_its_key_its_records_are_changed_and_removed_by_filter(string sql)
    {
        Run(sql);
        Run("INSERT INTO odd (a, b, n) VALUES ('x', 1, 1), ('y', 2, 2), ('z', 3, 3)");
        var odd = _database.Table("odd");
        Assert.Equal(3, await odd.TotalAsync());

        await odd.UpdateMatchingAsync("n >= 2", 1, """{"n": 7}""").FailsWith(ErrorCodes.MaxAffectedExceeded);
        Assert.Equal(2, await odd.UpdateMatchingAsync("n >= 2", 2, """{"n": 7}""").Succeeds());
        Assert.Equal(1, await odd.DeleteMatchingAsync("a = 'y'", 5).Succeeds());

        Assert.Equal(["1", "7"], (await odd.ListAsync("sort=b")).Column("n"));
        Assert.Equal(2, await odd.TotalAsync());
    }

    [Fact]
    public async Task A_key_that_is_null_in_a_record_does_not_hide_it_from_a_filter()
    {
        Run("CREATE TABLE odd (a TEXT PRIMARY KEY, n INTEGER)");
        Run("INSERT INTO odd (a, n) VALUES (NULL, 1), (NULL, 2), ('x', 3)");

        Assert.Equal(2, await _database.Table("odd").UpdateMatchingAsync("a is null", 5, """{"n": 9}""").Succeeds());
    }

    [Fact]
    public async Task A_table_without_a_key_is_upserted_by_what_is_unique_in_it()
    {
        Run("CREATE TABLE odd (a TEXT UNIQUE, n INTEGER)");
        var odd = _database.Table("odd");

        (await odd.InsertManyAsync("""[{"a": "x", "n": 1}, {"a": "y", "n": 2}, {"a": "x", "n": 3}]""", "a").Succeeds()).Dispose();
        var error = await odd.InsertManyAsync("""[{"a": "z", "n": 1}, {"a": "y", "n": 1}]""").FailsWith(ErrorCodes.UniqueViolation);

        Assert.Equal("[1].a", Assert.Single(error.Details).Field);
        Assert.Equal(["3", "2"], (await odd.ListAsync("sort=a")).Column("n"));
    }

    [Theory]
    [InlineData("INSERT INTO odd (id) VALUES (9223372036854775807)")]
    [InlineData("INSERT INTO sqlite_sequence VALUES ('odd', 9223372036854775807)")]
    public async Task Ids_that_are_used_up_are_a_conflict_and_no_full_disk(string sql)
    {
        Run("CREATE TABLE odd (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER)");
        Run(sql);
        var (odd, own) = (_database.Table("odd"), _database.Table("own"));
        var total = await odd.TotalAsync();
        List<Task<Result<Row>>> writes;

        using (new WriteLock(_storage.PathOf(_database.Database)))
            writes = [.. Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? odd : own).InsertAsync("""{"n": 1}""").AsTask())];
        var outcomes = await Task.WhenAll(writes);

        for (var i = 0; i < outcomes.Length; i++)
            Assert.Equal(i % 2 == 0 ? ErrorCodes.Conflict : "ok", outcomes[i].Code());
        var error = await odd.InsertManyAsync("""[{"n": 1}, {"n": 2}]""").FailsWith(ErrorCodes.Conflict);
        Assert.Contains("no id left", error.Message, StringComparison.Ordinal);
        await _database.RunAsync("""{"op": "create", "table": "odd", "data": {"n": 1}}""").FailsWith(ErrorCodes.Conflict);
        Assert.Equal((total, 3), (await odd.TotalAsync(), await own.TotalAsync()));
        Run("UPDATE sqlite_sequence SET seq = 5 WHERE name = 'odd'; DELETE FROM odd");
        Assert.Equal(6, (await odd.AddAsync("""{"n": 1}""")).Id);
    }

    [Fact]
    public async Task Without_a_sequence_the_last_id_in_use_leaves_others_to_give()
    {
        Run("CREATE TABLE odd (id INTEGER PRIMARY KEY, n INTEGER)");
        Run("INSERT INTO odd (id) VALUES (9223372036854775807)");

        Assert.InRange((await _database.Table("odd").AddAsync("""{"n": 1}""")).Id, 1, long.MaxValue - 1);
    }

    [Fact]
    public async Task A_constraint_that_replaces_is_counted_right()
    {
        Run("CREATE TABLE loud (id INTEGER PRIMARY KEY, u INTEGER UNIQUE ON CONFLICT REPLACE)");
        var loud = _database.Table("loud");
        await loud.AddAsync("""{"u": 1}""");
        Assert.Equal(1, await loud.TotalAsync());

        Assert.Equal(2, (await loud.AddAsync("""{"u": 1}""")).Id);

        Assert.Equal(1, await loud.TotalAsync());
    }

    [Fact]
    public async Task What_triggers_do_is_counted_right()
    {
        Run("CREATE TABLE log (id INTEGER PRIMARY KEY, u INTEGER UNIQUE)");
        Run("CREATE TRIGGER on_insert AFTER INSERT ON own WHEN new.n > 0 BEGIN INSERT INTO log (u) VALUES (new.n); END");
        Run("CREATE TRIGGER on_zero AFTER INSERT ON own WHEN new.n = 0 BEGIN DELETE FROM log; END");
        Run("CREATE TRIGGER on_minus AFTER INSERT ON own WHEN new.n < 0 BEGIN INSERT OR REPLACE INTO log (u) VALUES (-new.n); END");
        var (own, log) = (_database.Table("own"), _database.Table("log"));
        Assert.Equal(0, await log.TotalAsync());

        foreach (var n in new[] { 1, 2, 3 })
            await own.AddAsync($$"""{"n": {{n}}}""");
        Assert.Equal(3, await log.TotalAsync());
        await own.AddAsync("""{"n": -3}""");
        Assert.Equal(3, await log.TotalAsync());
        await own.AddAsync("""{"n": 0}""");
        Assert.Equal(0, await log.TotalAsync());
    }

    [Theory]
    [InlineData("ABORT", ErrorCodes.Conflict)]
    [InlineData("FAIL", ErrorCodes.Conflict)]
    [InlineData("ROLLBACK", ErrorCodes.Conflict)]
    [InlineData("IGNORE", ErrorCodes.Conflict)]
    public async Task A_trigger_that_refuses_a_row_refuses_that_one_only(string how, string code)
    {
        Run($"CREATE TRIGGER refuse BEFORE INSERT ON own WHEN new.n = 13 BEGIN SELECT RAISE({how}{(how == "IGNORE" ? "" : ", 'no thirteen'")}); END");
        var own = _database.Table("own");
        List<Task<Result<Row>>> writes;

        using (new WriteLock(_storage.PathOf(_database.Database)))
            writes = [.. Enumerable.Range(0, 40).Select(i => own.InsertAsync($$"""{"n": {{i % 20}}}""").AsTask())];
        var outcomes = await Task.WhenAll(writes);

        Assert.Equal(38, outcomes.Count(o => o.Code() == "ok"));
        Assert.Equal(2, outcomes.Count(o => o.Code() == code));
        Assert.Equal(38, await own.TotalAsync());
    }

    [Fact]
    public async Task Names_that_differ_in_the_case_of_other_letters_than_those_of_ascii_do_no_harm()
    {
        Run("CREATE TABLE \"\u00e9\" (id INTEGER PRIMARY KEY)");
        Run("CREATE TABLE \"\u00c9\" (id INTEGER PRIMARY KEY)");
        Run("CREATE TABLE columns (id INTEGER PRIMARY KEY, \"\u00e9\" TEXT, \"\u00c9\" TEXT)");

        await _storage.RestartAsync();

        var database = _database.On(_storage.Services);
        await database.Table("own").AddAsync("""{"n": 1}""");
        Assert.Equal(["own", "\u00e9", "\u00c9"], (await database.ListTablesAsync()).Select(t => t.Name));
        await database.GetTableAsync("columns").FailsWith(ErrorCodes.TableNotFound);
    }

    [Fact]
    public async Task Names_of_columns_that_look_like_sql_stay_names()
    {
        string[] names = ["a\"b", "x]y", "'; DROP TABLE own; --", "a.b", "\u0001", "select", "?1", "a b", "rowid"];
        Run($"CREATE TABLE odd (id INTEGER PRIMARY KEY, {string.Join(", ", names.Select(n => $"\"{n.Replace("\"", "\"\"", StringComparison.Ordinal)}\" TEXT UNIQUE"))})");
        var odd = _database.Table("odd");
        var record = new JsonObject(names.Select((n, i) => KeyValuePair.Create(n, (JsonNode?)$"value {i}")));

        var row = await odd.AddAsync(record.ToJsonString());

        Assert.Equal(["id", .. names], row.Json.Select(p => p.Key));
        foreach (var (name, i) in names.Select((n, i) => (n, i)))
        {
            var escaped = Uri.EscapeDataString(name);
            Assert.Equal([row.Id], (await odd.ListAsync($"{escaped}=value%20{i}&sort={escaped}&fields=id,{escaped}")).Ids);
            Assert.Equal(name, (await odd.UpdateAsync(row.Id, new JsonObject { [name] = "new" }.ToJsonString()).Succeeds()).Json.Single(p => p.Value?.ToString() == "new").Key);
            await odd.UpdateAsync(row.Id, record.ToJsonString()).Succeeds();
        }

        Assert.Equal(names.Length, (await odd.InsertAsync(record.ToJsonString()).FailsWith(ErrorCodes.UniqueViolation)).Details.Count);
        Assert.Equal(["own", "odd"], (await _database.ListTablesAsync()).Select(t => t.Name));
    }

    [Fact]
    public async Task A_table_without_rowid_is_counted()
    {
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES own ON DELETE CASCADE) WITHOUT ROWID");
        var (own, child) = (_database.Table("own"), _database.Table("child"));
        await own.AddAsync("""{"n": 1}""");
        Run("INSERT INTO child VALUES (1, 1), (2, 1)");
        Assert.Equal(2, await child.TotalAsync());

        await own.DeleteAsync(1).Succeeds();

        Assert.Equal(0, await child.TotalAsync());
    }

    [Fact]
    public async Task A_table_that_others_refer_to_is_not_dropped()
    {
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES OWN)");

        await _database.DropAsync("own").FailsWith(ErrorCodes.TableReferenced);
        await _database.DropAsync("child").Succeeds();
        await _database.DropAsync("own").Succeeds();
    }

    [Theory]
    [InlineData("DATETIME", "\"2020-01-01\"")]
    [InlineData("DATETIME", "\"123\"")]
    [InlineData("DECIMAL(10,2)", "3")]
    [InlineData("DECIMAL(10,2)", "-0.0")]
    [InlineData("NUMERIC", "1e3")]
    [InlineData("VARCHAR(3)", "\"12\"")]
    [InlineData("BIGINT", "5")]
    [InlineData("", "\"AAEC\"")]
    public async Task What_a_write_answers_is_what_is_then_read(string type, string value)
    {
        Run($"CREATE TABLE odd (id INTEGER PRIMARY KEY, v {type}, n INTEGER)");
        var odd = _database.Table("odd");

        var added = await odd.AddAsync($$"""{"v": {{value}}}""");
        var found = await odd.FindAsync(added.Id).Succeeds();
        Assert.Equal((found.Text, found.Tag), (added.Text, added.Tag));

        var updated = await odd.UpdateAsync(added.Id, $$"""{"v": {{value}}, "n": 1}""", found.Tag).Succeeds();
        Assert.Equal(updated.Text, (await odd.FindAsync(added.Id).Succeeds()).Text);
    }

    [Fact]
    public async Task A_value_that_does_not_fit_the_declared_type_is_given_as_it_is_stored()
    {
        Run("CREATE TABLE loose (id INTEGER PRIMARY KEY, n INTEGER, b BOOLEAN, t TEXT)");
        Run("INSERT INTO loose (n, b, t) VALUES ('text', 7, x'FF'), (1.5, 'yes', CAST(x'FF41' AS TEXT)), (9e999, NULL, '')");

        var rows = (await _database.Table("loose").ListAsync()).Rows.Select(r => r.ToJsonString()).ToList();

        Assert.Equal("""{"id":1,"n":"text","b":7,"t":"/w=="}""", rows[0]);
        Assert.Equal("""{"id":2,"n":1.5,"b":"yes","t":"\uFFFDA"}""", rows[1]);
        Assert.Equal("""{"id":3,"n":null,"b":null,"t":""}""", rows[2]);
    }

    private void Run(string sql)
    {
        using var program = _storage.OpenFile(_database.Database);
        program.Run(sql);
    }
}
