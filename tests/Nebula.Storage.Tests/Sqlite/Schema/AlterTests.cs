using System.Text;
using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Schema;

/// <summary>Changes of a table: what becomes of it and of its records.</summary>
public sealed class AlterTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _database = await (await _storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await _database.MakeTableAsync("""{"table_name": "artists", "columns": [{"name": "name", "type": "TEXT", "unique": true}]}""");
        await _database.Table("artists").AddAsync("""{"name": "Ada"}""");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task A_renamed_table_keeps_its_records_its_identity_and_what_refers_to_it()
    {
        await _database.MakeTableAsync("""{"table_name": "albums", "columns": [{"name": "artist_id", "type": "INTEGER", "references": {"table": "artists", "as": "by"}}]}""");
        await _database.Table("albums").AddAsync("""{"artist_id": 1}""");
        var before = await _database.GetTableAsync("artists").Succeeds();

        var after = await _database.AlterAsync("artists", """{"rename_to": "singers"}""").Succeeds();

        Assert.Equal((before.Id, "singers"), (after.Id, after.Name));
        await _database.GetTableAsync("artists").FailsWith(ErrorCodes.TableNotFound);
        Assert.Equal("\"Ada\"", (await _database.Table("singers").FindAsync(1).Succeeds())["name"]);
        Assert.Equal(("singers", "by"), (await _database.GetTableAsync("albums").Succeeds()).ForeignKeys.Select(k => (k.TargetTable, k.As ?? "")).Single());
        await _database.Table("singers").DeleteAsync(1).FailsWith(ErrorCodes.ForeignKeyViolation);
        await _database.AlterAsync("singers", """{"rename_to": "Singers"}""").Succeeds();
        await _database.AlterAsync("singers", """{"rename_to": "albums"}""").FailsWith(ErrorCodes.TableExists);
    }

    [Fact]
    public async Task Columns_are_renamed_together_with_what_speaks_of_them()
    {
        await MakeAsync("""{"name": "a", "type": "DATE"}, {"name": "b", "type": "TEXT", "check": {"pattern": "[a-z]+"}}""", ""","indexes": [{"columns": ["a", "b"]}], "unique": [["b", "a"]]""");
        await _database.Table("t").AddAsync("""{"a": "2026-01-01", "b": "x"}""");

        await _database.AlterAsync("t", """{"rename_columns": {"a": "b", "b": "A"}}""").Succeeds();

        Assert.Equal(
            """{"table_name":"t","columns":[{"name":"b","type":"DATE"},{"name":"A","type":"TEXT","check":{"pattern":"[a-z]+"}}],"unique":[["A","b"]],"indexes":[{"columns":["b","A"]}]}""",
            await DeclarationAsync());
        Assert.Equal(("\"2026-01-01\"", "\"x\""), await RowAsync("b", "A"));
    }

    [Theory]
    [InlineData("""{"name": "c", "type": "INTEGER"}""", "null")]
    [InlineData("""{"name": "c", "type": "DECIMAL(5,2)", "nullable": false, "default": "1.50"}""", "\"1.50\"")]
    [InlineData("""{"name": "c", "type": "TEXT", "default": "its", "check": {"max_length": 5}}""", "\"its\"")]
    [InlineData("""{"name": "c", "type": "TEXT", "unique": true}""", "null")]
    [InlineData("""{"name": "c", "type": "INTEGER", "references": {"table": "artists"}}""", "null")]
    [InlineData("""{"name": "c", "type": "INTEGER", "default": 1, "nullable": false, "references": {"table": "artists", "column": "id"}}""", "1")]
    [InlineData("""{"name": "c", "type": "JSON", "default": {"a": 1}}""", """{"a":1}""")]
    public async Task A_column_is_added_and_old_records_have_its_default(string column, string value)
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}""");
        await _database.Table("t").AddAsync("""{"a": "x"}""");

        await _database.AlterAsync("t", $$"""{"add_columns": [{{column}}]}""").Succeeds();

        Assert.Equal(("\"x\"", value), await RowAsync("a", "c"));
        await SameAsMadeAtOnceAsync();
        await _database.Table("t").AddAsync("""{"a": "y"}""");
    }

    [Fact]
    public async Task A_moment_is_added_as_now()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}""");
        await _database.Table("t").AddAsync("""{"a": "x"}""");

        await _database.AlterAsync("t", """{"add_columns": [{"name": "at", "type": "DATETIME", "nullable": false, "default": "@now"}]}""").Succeeds();

        Assert.True(Timestamps.TryParse((await _database.Table("t").FindAsync(1).Succeeds()).Str("at"), out _));
        await SameAsMadeAtOnceAsync();
    }

    [Theory]
    [InlineData("INTEGER", "5", "TEXT", "\"5\"")]
    [InlineData("TEXT", "\"-5\"", "INTEGER", "-5")]
    [InlineData("TEXT", "\"1.5\"", "DECIMAL(5,2)", "\"1.50\"")]
    [InlineData("TEXT", "\"true\"", "BOOLEAN", "true")]
    [InlineData("TEXT", "\"2026-11-23\"", "DATE", "\"2026-11-23\"")]
    [InlineData("TEXT", "\"2026-11-23T10:00:00+01:00\"", "DATETIME", "\"2026-11-23T09:00:00.000Z\"")]
    [InlineData("TEXT", "\"{\\\"a\\\": 1}\"", "JSON", """{"a":1}""")]
    [InlineData("TEXT", "\"019AB0D2-7F10-7D21-A4C5-1B2C3D4E5F60\"", "UUID", "\"019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60\"")]
    [InlineData("INTEGER", "5", "REAL", "5")]
    [InlineData("INTEGER", "5", "DECIMAL(5,2)", "\"5.00\"")]
    [InlineData("INTEGER", "1", "BOOLEAN", "true")]
    [InlineData("REAL", "1e15", "INTEGER", "1000000000000000")]
    [InlineData("REAL", "0.1", "DECIMAL(5,2)", "\"0.10\"")]
    [InlineData("REAL", "0.1", "TEXT", "\"0.1\"")]
    [InlineData("DECIMAL(5,2)", "\"1.50\"", "DECIMAL(9,4)", "\"1.5000\"")]
    [InlineData("DECIMAL(5,2)", "\"1.50\"", "DECIMAL(5,1)", "\"1.5\"")]
    [InlineData("DECIMAL(5,2)", "\"3.00\"", "INTEGER", "3")]
    [InlineData("DECIMAL(5,2)", "\"1.50\"", "REAL", "1.5")]
    [InlineData("DECIMAL(5,2)", "\"1.50\"", "TEXT", "\"1.50\"")]
    [InlineData("BOOLEAN", "true", "INTEGER", "1")]
    [InlineData("BOOLEAN", "true", "TEXT", "\"true\"")]
    [InlineData("DATE", "\"2026-11-23\"", "DATETIME", "\"2026-11-23T00:00:00.000Z\"")]
    [InlineData("DATETIME", "\"2026-11-23T00:00:00Z\"", "DATE", "\"2026-11-23\"")]
    [InlineData("JSON", "[1]", "TEXT", "\"[1]\"")]
    public async Task A_type_changes_where_each_value_stays_the_same(string from, string value, string to, string expected)
    {
        await MakeAsync($$"""{"name": "a", "type": "{{from}}"}, {"name": "b", "type": "TEXT", "unique": true}""", ""","indexes": [{"columns": ["a"]}]""");
        await _database.Table("t").AddAsync($$"""{"a": {{value}}, "b": "x"}""");
        await _database.Table("t").AddAsync("""{"b": "y"}""");

        await _database.AlterAsync("t", $$"""{"alter_columns": [{"name": "A", "type": "{{to}}"}]}""").Succeeds();

        Assert.Equal((expected, "\"x\""), await RowAsync("a", "b"));
        Assert.Equal(3, (await _database.Table("t").AddAsync("""{"b": "z"}""")).Id);
        await SameAsMadeAtOnceAsync();
    }

    [Theory]
    [InlineData("TEXT", "\"007\"", "INTEGER")]
    [InlineData("TEXT", "\"x\"", "DATE")]
    [InlineData("TEXT", "\"2026-11-23T10:00:00.1234567Z\"", "DATETIME")]
    [InlineData("INTEGER", "9007199254740993", "REAL")]
    [InlineData("INTEGER", "2", "BOOLEAN")]
    [InlineData("INTEGER", "1000", "DECIMAL(5,2)")]
    [InlineData("REAL", "1.5", "INTEGER")]
    [InlineData("REAL", "0.125", "DECIMAL(5,2)")]
    [InlineData("DECIMAL(5,2)", "\"1.55\"", "DECIMAL(5,1)")]
    [InlineData("DATETIME", "\"2026-11-23T00:00:00.001Z\"", "DATE")]
    public async Task A_type_does_not_change_where_a_value_would(string from, string value, string to)
    {
        await MakeAsync($$"""{"name": "a", "type": "{{from}}"}""");
        await _database.Table("t").AddAsync($$"""{"a": {{value}}}""");

        await RefusedAsync($$"""{"alter_columns": [{"name": "a", "type": "{{to}}"}]}""", ErrorCodes.CheckFailed, "alter_columns[0].type wrong_type", ": 1");
    }

    [Fact]
    public async Task Records_that_stand_in_the_way_are_counted_and_the_first_ten_named()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}""");
        for (var i = 1; i <= 12; i++)
            await _database.Table("t").AddAsync($$"""{"n": {{i / 2}}}""");
        await _database.Table("t").AddAsync("""{"a": "x", "n": 100}""");

        await RefusedAsync("""{"alter_columns": [{"name": "a", "nullable": false}]}""", ErrorCodes.Required, "alter_columns[0].nullable required", "12 records without a value: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …");
        await RefusedAsync("""{"add_columns": [{"name": "b", "type": "TEXT", "nullable": false}]}""", ErrorCodes.Required, "add_columns[0].nullable required", "13 records");
        await RefusedAsync("""{"alter_columns": [{"name": "n", "unique": true}]}""", ErrorCodes.UniqueViolation, "alter_columns[0].unique unique", "10 records whose value another one has: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11");
        await RefusedAsync("""{"add_indexes": [{"columns": ["n"], "unique": true}]}""", ErrorCodes.UniqueViolation, "add_indexes[0] unique", "10 records");
        await RefusedAsync("""{"alter_columns": [{"name": "n", "check": {"max": 50}}]}""", ErrorCodes.CheckFailed, "alter_columns[0].check invalid", "1 record whose value it does not allow: 13");
        await RefusedAsync("""{"alter_columns": [{"name": "a", "check": {"pattern": "[0-9]+"}}]}""", ErrorCodes.CheckFailed, "alter_columns[0].check invalid", ": 13");
        await RefusedAsync("""{"alter_columns": [{"name": "n", "references": {"table": "artists"}}]}""", ErrorCodes.ForeignKeyViolation, "alter_columns[0].references invalid", "11 records");
        await _database.AlterAsync("t", """{"add_indexes": [{"columns": ["n"], "unique": true, "where": "n > 50"}]}""").Succeeds();
    }

    [Fact]
    public async Task Constraints_come_and_go_with_the_records_kept()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}""");
        await _database.Table("t").AddAsync("""{"a": "x", "n": 1}""");

        foreach (var (change, insert, code) in new[]
        {
            ("""{"alter_columns": [{"name": "a", "nullable": false}]}""", """{"n": 1}""", ErrorCodes.InvalidRecord),
            ("""{"alter_columns": [{"name": "a", "nullable": true, "unique": true}]}""", """{"a": "x"}""", ErrorCodes.UniqueViolation),
            ("""{"alter_columns": [{"name": "a", "unique": false, "check": {"one_of": ["x"]}}]}""", """{"a": "y"}""", ErrorCodes.InvalidRecord),
            ("""{"alter_columns": [{"name": "a", "check": null}, {"name": "n", "references": {"table": "artists", "on_delete": "cascade"}}]}""", """{"n": 5}""", ErrorCodes.ForeignKeyViolation),
        })
        {
            await _database.AlterAsync("t", change).Succeeds();
            await _database.Table("t").InsertAsync(insert).FailsWith(code);
            Assert.Equal(("\"x\"", "1"), await RowAsync("a", "n"));
            await SameAsMadeAtOnceAsync();
        }

        Assert.Equal(["t_n_idx"], (await _database.GetTableAsync("t").Succeeds()).Indexes.Select(i => i.Name));
        await _database.AlterAsync("t", """{"alter_columns": [{"name": "n", "references": null, "default": 7}]}""").Succeeds();
        Assert.Empty((await _database.GetTableAsync("t").Succeeds()).Indexes);
        Assert.Equal("7", (await _database.Table("t").AddAsync("""{"a": "free"}"""))["n"]);
    }

    [Fact]
    public async Task A_table_that_is_made_anew_keeps_those_that_refer_to_it_and_gives_no_id_again()
    {
        await _database.MakeTableAsync("""{"table_name": "albums", "columns": [{"name": "artist_id", "type": "INTEGER", "references": {"table": "artists", "on_delete": "cascade"}}]}""");
        await _database.Table("albums").AddAsync("""{"artist_id": 1}""");
        await _database.Table("artists").AddAsync("""{"name": "Bob"}""");
        await _database.Table("artists").DeleteAsync(2).Succeeds();

        await _database.AlterAsync("artists", """{"alter_columns": [{"name": "name", "nullable": false}], "add_columns": [{"name": "self", "type": "INTEGER", "references": {"table": "artists"}}]}""").Succeeds();

        Assert.Equal(1, await _database.Table("albums").TotalAsync());
        Assert.Equal(3, (await _database.Table("artists").AddAsync("""{"name": "Cy", "self": 1}""")).Id);
        await _database.Table("artists").InsertAsync("""{"name": "Di", "self": 99}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        await _database.Table("artists").DeleteAsync(3).Succeeds();
        await _database.Table("artists").DeleteAsync(1).Succeeds();
        Assert.Equal(0, await _database.Table("albums").TotalAsync());
        Assert.Equal(1, await _storage.InsideAsync(_database.Database, d => d.Connection.ExecuteInteger("PRAGMA foreign_keys")));
    }

    [Fact]
    public async Task An_empty_table_gives_no_id_again_either()
    {
        await _database.Table("artists").DeleteAsync(1).Succeeds();
        await _database.AlterAsync("artists", """{"alter_columns": [{"name": "name", "unique": false}]}""").Succeeds();

        Assert.Equal(2, (await _database.Table("artists").AddAsync("""{"name": "Bob"}""")).Id);
    }

    [Fact]
    public async Task What_is_nothing_to_the_database_itself_changes_at_once_too()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}, {"name": "r", "type": "INTEGER", "references": {"table": "artists"}}""");

        await _database.AlterAsync("t", """{"alter_columns": [{"name": "a", "check": {"pattern": "[a-z]"}}, {"name": "r", "references": {"table": "artists", "as": "singer"}}]}""").Succeeds();

        await _database.Table("t").InsertAsync("""{"a": "B"}""").FailsWith(ErrorCodes.InvalidRecord);
        Assert.Equal("singer", Assert.Single((await _database.GetTableAsync("t").Succeeds()).ForeignKeys).As);
        using var program = _storage.OpenFile(_database.Database);
        Assert.Equal("ok", program.Text("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_table_with_uuids_is_changed_as_any_other()
    {
        await _database.MakeTableAsync("""{"table_name": "t", "id_type": "uuid", "columns": [{"name": "a", "type": "TEXT"}, {"name": "b", "type": "TEXT"}]}""");
        var row = await _database.Table("t").AddAsync("""{"a": "5", "b": "x"}""");

        await RefusedAsync("""{"alter_columns": [{"name": "b", "type": "INTEGER"}]}""", ErrorCodes.CheckFailed, "alter_columns[0].type wrong_type", row.Str("id") ?? "");
        await _database.AlterAsync("t", """{"alter_columns": [{"name": "a", "type": "INTEGER", "nullable": false}]}""").Succeeds();

        var listed = Assert.Single((await _database.Table("t").ListAsync()).Rows);
        Assert.Equal((row["id"], "5"), (listed["id"]?.ToJsonString(), listed["a"]?.ToJsonString()));
        await SameAsMadeAtOnceAsync();
    }

    [Fact]
    public async Task A_dropped_column_takes_along_what_is_on_it_alone()
    {
        await MakeAsync(
            """{"name": "a", "type": "TEXT", "unique": true}, {"name": "b", "type": "INTEGER", "references": {"table": "artists"}}, {"name": "c", "type": "TEXT"}, {"name": "d", "type": "TEXT"}""",
            ""","indexes": [{"columns": ["c"]}]""");
        await _database.Table("t").AddAsync("""{"a": "x", "b": 1, "c": "y", "d": "z"}""");

        await _database.AlterAsync("t", """{"drop_columns": ["c"]}""").Succeeds();
        await _database.AlterAsync("t", """{"drop_columns": ["A", "b"], "rename_columns": {"d": "a"}, "add_columns": [{"name": "b", "type": "DATE"}]}""").Succeeds();

        Assert.Equal("""{"table_name":"t","columns":[{"name":"a","type":"TEXT"},{"name":"b","type":"DATE"}]}""", await DeclarationAsync());
        Assert.Equal(("\"z\"", "null"), await RowAsync("a", "b"));
        Assert.Empty((await _database.GetTableAsync("t").Succeeds()).Indexes);
    }

    [Theory]
    [InlineData("""{"drop_columns": ["id"]}""", "drop_columns[0] reserved")]
    [InlineData("""{"drop_columns": ["created_at"]}""", "drop_columns[0] reserved")]
    [InlineData("""{"drop_columns": ["nope", "r", "r"]}""", "drop_columns[0] unknown_column|drop_columns[2] duplicate")]
    [InlineData("""{"drop_columns": ["b"]}""", "drop_columns[0] not_allowed|drop_columns[0] not_allowed")]
    [InlineData("""{"drop_columns": ["c"]}""", "drop_columns[0] not_allowed|drop_columns[0] not_allowed")]
    [InlineData("""{"rename_columns": {"a": "b"}}""", "rename_columns.a duplicate")]
    [InlineData("""{"rename_columns": {"a": "created_at"}}""", "rename_columns.a duplicate")]
    [InlineData("""{"rename_columns": {"id": "x", "nope": "y", "a": "a b"}}""", "rename_columns.id reserved|rename_columns.nope unknown_column|rename_columns.a invalid")]
    [InlineData("""{"rename_columns": [{"from": "a"}, {"to": "b"}, 5]}""", "rename_columns[2] wrong_type|rename_columns[0] required|rename_columns[1] required")]
    [InlineData("""{"rename_columns": {"c": "x"}}""", "rename_columns.c not_allowed")]
    [InlineData("""{"add_columns": [{"name": "A", "type": "TEXT"}, {"name": "id", "type": "INTEGER"}, {"name": "x", "type": "?"}]}""", "add_columns[0].name duplicate|add_columns[1].name duplicate|add_columns[2].type invalid")]
    [InlineData("""{"add_columns": [{"name": "x", "type": "TEXT"}, {"name": "x", "type": "TEXT"}]}""", "add_columns[1].name duplicate")]
    [InlineData("""{"add_columns": [{"name": "x", "type": "INTEGER", "references": {"table": "nope"}}]}""", "add_columns[0].references.table invalid")]
    [InlineData("""{"alter_columns": [{"name": "updated_at", "nullable": true}, {"name": "x"}, {"type": "TEXT"}]}""", "alter_columns[0].name reserved|alter_columns[1].name unknown_column|alter_columns[2].name required")]
    [InlineData("""{"alter_columns": [{"name": "n", "type": "TEXT"}]}""", "alter_columns[0].default required|alter_columns[0].check required")]
    [InlineData("""{"alter_columns": [{"name": "n", "type": "UUID", "default": null, "check": null}]}""", "alter_columns[0].type not_allowed")]
    [InlineData("""{"alter_columns": [{"name": "n", "default": 11}]}""", "alter_columns[0].default out_of_range")]
    [InlineData("""{"alter_columns": [{"name": "n", "check": {"max": 4}}]}""", "alter_columns[0].default out_of_range")]
    [InlineData("""{"alter_columns": [{"name": "a", "primary_key": true, "nope": 1}]}""", "alter_columns[0].nope unknown_attribute|alter_columns[0].primary_key not_allowed")]
    [InlineData("""{"alter_columns": [{"name": "a"}, {"name": "A"}]}""", "alter_columns[1].name duplicate")]
    [InlineData("""{"drop_indexes": ["nope"]}""", "drop_indexes[0] invalid")]
    [InlineData("""{"drop_indexes": ["sqlite_autoindex_t_1", "t_r_idx"]}""", "drop_indexes[0] not_allowed|drop_indexes[1] not_allowed")]
    [InlineData("""{"add_indexes": [{"columns": ["nope"]}, {"columns": ["a"], "where": "nope = 1"}]}""", "add_indexes[0].columns[0] unknown_column|add_indexes[1].where unknown_column")]
    [InlineData("""{"rename_to": "a b", "nope": 1}""", "nope unknown_attribute|rename_to invalid")]
    [InlineData("""{"add_columns": {}, "drop_columns": "a"}""", "drop_columns wrong_type|add_columns wrong_type")]
    public async Task Every_fault_of_a_change_is_named_with_its_place(string change, string faults)
    {
        await MakeAsync(
            """{"name": "a", "type": "TEXT"}, {"name": "b", "type": "TEXT"}, {"name": "c", "type": "TEXT"}, {"name": "n", "type": "INTEGER", "default": 5, "check": {"max": 10}}, {"name": "r", "type": "INTEGER", "references": {"table": "artists"}}""",
            ""","indexes": [{"columns": ["a", "b"]}, {"columns": ["n"], "where": "c is null"}], "unique": [["b", "c"]]""");
        var before = await DeclarationAsync();

        var error = await _database.AlterAsync("t", change).FailsWith(ErrorCodes.InvalidSchema);

        Assert.Equal(faults.Split('|').Order(), error.Details.Select(d => $"{d.Field} {d.Code}").Order());
        Assert.Equal(before, await DeclarationAsync());
    }

    [Fact]
    public async Task A_change_of_nothing_is_refused() => await _database.AlterAsync("artists", "{}").FailsWith(ErrorCodes.InvalidSchema);

    [Theory]
    [InlineData("""{"drop_columns": ["name"], "add_columns": [{"name": "x", "type": "TEXT"}]}""")]
    [InlineData("""{"alter_columns": [{"name": "name", "unique": false}]}""")]
    [InlineData("""{"alter_columns": [{"name": "name", "type": "INTEGER"}]}""")]
    public async Task What_another_table_refers_to_stays(string change)
    {
        await _database.MakeTableAsync("""{"table_name": "albums", "columns": [{"name": "artist", "type": "TEXT", "references": {"table": "artists", "column": "name"}}]}""");

        await _database.AlterAsync("artists", change).FailsWith(ErrorCodes.TableReferenced);
        await _database.AlterAsync("artists", """{"rename_columns": {"name": "title"}}""").Succeeds();
        Assert.Equal("title", Assert.Single((await _database.GetTableAsync("albums").Succeeds()).ForeignKeys).TargetColumn);
    }

    [Fact]
    public async Task The_name_of_an_index_is_the_databases_own()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}""", ""","indexes": [{"columns": ["a"], "name": "by_a"}]""");

        await _database.AlterAsync("artists", """{"add_indexes": [{"columns": ["name"], "name": "BY_A"}]}""").FailsWith(ErrorCodes.Conflict);
        await _database.AlterAsync("artists", """{"add_indexes": [{"columns": ["name"], "name": "artists"}]}""").FailsWith(ErrorCodes.Conflict);
        await _database.AlterAsync("t", """{"drop_indexes": ["By_A"], "add_indexes": [{"columns": ["a", "id"], "name": "by_a"}]}""").Succeeds();
        Assert.Equal(["a", "id"], Assert.Single((await _database.GetTableAsync("t").Succeeds()).Indexes).Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task What_other_programs_attached_to_a_table_stays_when_it_is_made_anew()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}""");
        using (var program = _storage.OpenFile(_database.Database))
        {
            program.Run("CREATE INDEX lowered ON t (lower(a))");
            program.Run("CREATE VIEW seen AS SELECT a FROM t");
            program.Run("CREATE TRIGGER shout AFTER INSERT ON t WHEN new.a = 'x' BEGIN UPDATE t SET a = 'X' WHERE id = new.id; END");
        }

        await _database.AlterAsync("t", """{"alter_columns": [{"name": "a", "nullable": false}]}""").Succeeds();

        await _database.Table("t").AddAsync("""{"a": "x"}""");
        using (var program = _storage.OpenFile(_database.Database))
        {
            Assert.Equal(["X"], program.Column("SELECT a FROM seen"));
            Assert.Equal(1, program.Integer("SELECT count(*) FROM sqlite_schema WHERE name = 'lowered'"));
        }

        var error = await _database.AlterAsync("t", """{"add_columns": [{"name": "b", "type": "TEXT"}], "drop_columns": ["a"]}""").FailsWith(ErrorCodes.Conflict);
        Assert.Contains("SQLite refuses", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_of_another_program_changes_as_far_as_sqlite_changes_it_in_place()
    {
        using (var program = _storage.OpenFile(_database.Database))
            program.Run("CREATE TABLE \"old guests\" (code TEXT PRIMARY KEY, n INT, m INT)");
        using (var program = _storage.OpenFile(_database.Database))
            program.Run("ALTER TABLE \"old guests\" RENAME TO guests");
        _ = await _database.ListTablesAsync();

        await _database.AlterAsync("guests", """{"alter_columns": [{"name": "n", "nullable": false}]}""").FailsWith(ErrorCodes.Conflict);
        await _database.AlterAsync("guests", """{"add_columns": [{"name": "u", "type": "TEXT", "unique": true}]}""").FailsWith(ErrorCodes.Conflict);
        await _database.AlterAsync("guests", """{"rename_columns": {"n": "count"}, "drop_columns": ["m"], "rename_to": "visitors", "add_columns": [{"name": "since", "type": "DATE"}], "add_indexes": [{"columns": ["since"], "where": "since is not null"}]}""").Succeeds();
        await _database.AlterAsync("visitors", """{"rename_columns": {"since": "at"}}""").FailsWith(ErrorCodes.InvalidSchema);
        await _database.AlterAsync("visitors", """{"rename_columns": {"count": "n"}}""").Succeeds();
        await _storage.RestartAsync();

        var table = await _database.On(_storage.Services).GetTableAsync("visitors").Succeeds();
        Assert.Equal([("code", ColumnType.Text), ("n", ColumnType.Integer), ("since", ColumnType.Date)], table.Columns.Select(c => (c.Name, c.Type)));
        Assert.Equal("since is not null", Assert.Single(table.Definition?.Indexes ?? []).Where);
        Assert.False(table.IsOwn);
    }

    private async Task MakeAsync(string columns, string rest = "") => await _database.MakeTableAsync($$"""{"table_name": "t", "columns": [{{columns}}]{{rest}}}""");

    private async Task<(string, string)> RowAsync(string first, string second)
    {
        var row = await _database.Table("t").FindAsync(1).Succeeds();
        return (row[first], row[second]);
    }

    private async Task RefusedAsync(string change, string code, string detail, string message)
    {
        var (before, rows) = (await DeclarationAsync(), await RowsAsync());
        var error = await _database.AlterAsync("t", change).FailsWith(code);

        Assert.Equal([detail], error.Details.Select(d => $"{d.Field} {d.Code}"));
        Assert.Contains(message, error.Details[0].Message, StringComparison.Ordinal);
        Assert.Equal((before, rows), (await DeclarationAsync(), await RowsAsync()));
    }

    private async Task<string> RowsAsync() => new JsonArray([.. (await _database.Table("t").ListAsync()).Rows.Select(r => r.DeepClone())]).ToJsonString();

    private async Task<string> DeclarationAsync() => Text(await _database.GetTableAsync("t").Succeeds());

    private static string Text(Table table) => Encoding.UTF8.GetString(TableDefinitionJson.Write(table.Definition ?? throw new InvalidOperationException("No definition.")));

    /// <summary>The table is what its declaration makes, and is taken for it.</summary>
    private async Task SameAsMadeAtOnceAsync()
    {
        var declaration = await DeclarationAsync();
        await _database.TryMakeTableAsync(declaration).Succeeds();
        var copy = await _database.TryMakeTableAsync(declaration.Replace("\"table_name\":\"t\"", "\"table_name\":\"copy\"", StringComparison.Ordinal)).Succeeds();
        Assert.Equal(declaration, Text(copy).Replace("\"table_name\":\"copy\"", "\"table_name\":\"t\"", StringComparison.Ordinal));
        await _database.DropAsync("copy").Succeeds();
        using var program = _storage.OpenFile(_database.Database);
        Assert.Equal("ok", program.Text("PRAGMA integrity_check"));
        Assert.Empty(program.Column("PRAGMA foreign_key_check"));
    }
}
