using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Tests.Contracts;
using Nebula.Storage.Tests.Sqlite.Contracts;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Schema;

/// <summary>What other programs made or attached, around a change of a table.</summary>
public sealed class AlterForeignTests(SqliteFixture storage) : AlterationContract(storage), IClassFixture<SqliteFixture>
{
    private readonly RunningStorage _running = storage.Running;

    [Fact]
    public async Task What_other_programs_attached_to_a_table_stays_when_it_is_made_anew()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}""");
        using (var program = _running.OpenFile(Database.Database))
        {
            program.Run("CREATE INDEX lowered ON t (lower(a))");
            program.Run("CREATE VIEW seen AS SELECT a FROM t");
            program.Run("CREATE TRIGGER shout AFTER INSERT ON t WHEN new.a = 'x' BEGIN UPDATE t SET a = 'X' WHERE id = new.id; END");
        }

        await Database.AlterAsync("t", """{"alter_columns": [{"name": "a", "nullable": false}]}""").Succeeds();

        await Database.Table("t").AddAsync("""{"a": "x"}""");
        using (var program = _running.OpenFile(Database.Database))
        {
            Assert.Equal(["X"], program.Column("SELECT a FROM seen"));
            Assert.Equal(1, program.Integer("SELECT count(*) FROM sqlite_schema WHERE name = 'lowered'"));
        }

        var error = await Database.AlterAsync("t", """{"add_columns": [{"name": "b", "type": "TEXT"}], "drop_columns": ["a"]}""").FailsWith(ErrorCodes.Conflict);
        Assert.Contains("SQLite refuses", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_of_another_program_changes_as_far_as_sqlite_changes_it_in_place()
    {
        using (var program = _running.OpenFile(Database.Database))
            program.Run("CREATE TABLE \"old guests\" (code TEXT PRIMARY KEY, n INT, m INT)");
        using (var program = _running.OpenFile(Database.Database))
            program.Run("ALTER TABLE \"old guests\" RENAME TO guests");
        _ = await Database.ListTablesAsync();

        await Database.AlterAsync("guests", """{"alter_columns": [{"name": "n", "nullable": false}]}""").FailsWith(ErrorCodes.Conflict);
        await Database.AlterAsync("guests", """{"add_columns": [{"name": "u", "type": "TEXT", "unique": true}]}""").FailsWith(ErrorCodes.Conflict);
        await Database.AlterAsync("guests", """{"rename_columns": {"n": "count"}, "drop_columns": ["m"], "rename_to": "visitors", "add_columns": [{"name": "since", "type": "DATE"}], "add_indexes": [{"columns": ["since"], "where": "since is not null"}]}""").Succeeds();
        await Database.AlterAsync("visitors", """{"rename_columns": {"since": "at"}}""").FailsWith(ErrorCodes.InvalidSchema);
        await Database.AlterAsync("visitors", """{"rename_columns": {"count": "n"}}""").Succeeds();
        await Storage.RestartAsync();

        var table = await Database.On(Storage.Services).GetTableAsync("visitors").Succeeds();
        Assert.Equal([("code", ColumnType.Text), ("n", ColumnType.Integer), ("since", ColumnType.Date)], table.Columns.Select(c => (c.Name, c.Type)));
        Assert.Equal("since is not null", Assert.Single(table.Definition?.Indexes ?? []).Where);
        Assert.False(table.IsOwn);
    }

    [Fact]
    public async Task The_index_of_a_constraint_is_not_dropped_by_itself()
    {
        await MakeAsync("""{"name": "b", "type": "TEXT"}, {"name": "c", "type": "TEXT"}""", ""","unique": [["b", "c"]]""");

        var error = await Database.AlterAsync("t", """{"drop_indexes": ["sqlite_autoindex_t_1"]}""").FailsWith(ErrorCodes.InvalidSchema);

        Assert.Equal(["drop_indexes[0] not_allowed"], error.Details.Select(d => $"{d.Field} {d.Code}"));
    }
}
