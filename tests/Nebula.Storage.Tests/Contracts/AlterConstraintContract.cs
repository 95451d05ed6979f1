using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Constraints that come and go, and tables that are made anew for them.</summary>
public abstract class AlterConstraintContract(StorageFixture storage) : AlterationContract(storage)
{
    [Fact]
    public async Task Records_that_stand_in_the_way_are_counted_and_the_first_ten_named()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}""");
        for (var i = 1; i <= 12; i++)
            await Database.Table("t").AddAsync($$"""{"n": {{i / 2}}}""");
        await Database.Table("t").AddAsync("""{"a": "x", "n": 100}""");

        await RefusedAsync("""{"alter_columns": [{"name": "a", "nullable": false}]}""", ErrorCodes.Required, "alter_columns[0].nullable required", "12 records without a value: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …");
        await RefusedAsync("""{"add_columns": [{"name": "b", "type": "TEXT", "nullable": false}]}""", ErrorCodes.Required, "add_columns[0].nullable required", "13 records");
        await RefusedAsync("""{"alter_columns": [{"name": "n", "unique": true}]}""", ErrorCodes.UniqueViolation, "alter_columns[0].unique unique", "10 records whose value another one has: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11");
        await RefusedAsync("""{"add_indexes": [{"columns": ["n"], "unique": true}]}""", ErrorCodes.UniqueViolation, "add_indexes[0] unique", "10 records");
        await RefusedAsync("""{"alter_columns": [{"name": "n", "check": {"max": 50}}]}""", ErrorCodes.CheckFailed, "alter_columns[0].check invalid", "1 record whose value it does not allow: 13");
        await RefusedAsync("""{"alter_columns": [{"name": "a", "check": {"pattern": "[0-9]+"}}]}""", ErrorCodes.CheckFailed, "alter_columns[0].check invalid", ": 13");
        await RefusedAsync("""{"alter_columns": [{"name": "n", "references": {"table": "artists"}}]}""", ErrorCodes.ForeignKeyViolation, "alter_columns[0].references invalid", "11 records");
        await Database.AlterAsync("t", """{"add_indexes": [{"columns": ["n"], "unique": true, "where": "n > 50"}]}""").Succeeds();
    }

    [Fact]
    public async Task Constraints_come_and_go_with_the_records_kept()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}""");
        await Database.Table("t").AddAsync("""{"a": "x", "n": 1}""");

        foreach (var (change, insert, code) in new[]
        {
            ("""{"alter_columns": [{"name": "a", "nullable": false}]}""", """{"n": 1}""", ErrorCodes.InvalidRecord),
            ("""{"alter_columns": [{"name": "a", "nullable": true, "unique": true}]}""", """{"a": "x"}""", ErrorCodes.UniqueViolation),
            ("""{"alter_columns": [{"name": "a", "unique": false, "check": {"one_of": ["x"]}}]}""", """{"a": "y"}""", ErrorCodes.InvalidRecord),
            ("""{"alter_columns": [{"name": "a", "check": null}, {"name": "n", "references": {"table": "artists", "on_delete": "cascade"}}]}""", """{"n": 5}""", ErrorCodes.ForeignKeyViolation),
        })
        {
            await Database.AlterAsync("t", change).Succeeds();
            await Database.Table("t").InsertAsync(insert).FailsWith(code);
            Assert.Equal(("\"x\"", "1"), await RowAsync("a", "n"));
            await SameAsMadeAtOnceAsync();
        }

        Assert.Equal(["t_n_idx"], (await Database.GetTableAsync("t").Succeeds()).Indexes.Select(i => i.Name));
        await Database.AlterAsync("t", """{"alter_columns": [{"name": "n", "references": null, "default": 7}]}""").Succeeds();
        Assert.Empty((await Database.GetTableAsync("t").Succeeds()).Indexes);
        Assert.Equal("7", (await Database.Table("t").AddAsync("""{"a": "free"}"""))["n"]);
    }

    [Fact]
    public async Task A_table_that_is_made_anew_keeps_those_that_refer_to_it_and_gives_no_id_again()
    {
        await Database.MakeTableAsync("""{"table_name": "albums", "columns": [{"name": "artist_id", "type": "INTEGER", "references": {"table": "artists", "on_delete": "cascade"}}]}""");
        await Database.Table("albums").AddAsync("""{"artist_id": 1}""");
        await Database.Table("artists").AddAsync("""{"name": "Bob"}""");
        await Database.Table("artists").DeleteAsync(2).Succeeds();

        await Database.AlterAsync("artists", """{"alter_columns": [{"name": "name", "nullable": false}], "add_columns": [{"name": "self", "type": "INTEGER", "references": {"table": "artists"}}]}""").Succeeds();

        Assert.Equal(1, await Database.Table("albums").TotalAsync());
        Assert.Equal(3, (await Database.Table("artists").AddAsync("""{"name": "Cy", "self": 1}""")).Id);
        await Database.Table("artists").InsertAsync("""{"name": "Di", "self": 99}""").FailsWith(ErrorCodes.ForeignKeyViolation);
        await Database.Table("artists").DeleteAsync(3).Succeeds();
        await Database.Table("artists").DeleteAsync(1).Succeeds();
        Assert.Equal(0, await Database.Table("albums").TotalAsync());
    }

    [Fact]
    public async Task An_empty_table_gives_no_id_again_either()
    {
        await Database.Table("artists").DeleteAsync(1).Succeeds();
        await Database.AlterAsync("artists", """{"alter_columns": [{"name": "name", "unique": false}]}""").Succeeds();

        Assert.Equal(2, (await Database.Table("artists").AddAsync("""{"name": "Bob"}""")).Id);
    }

    [Fact]
    public async Task What_is_nothing_to_the_database_itself_changes_at_once_too()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}, {"name": "r", "type": "INTEGER", "references": {"table": "artists"}}""");

        await Database.AlterAsync("t", """{"alter_columns": [{"name": "a", "check": {"pattern": "[a-z]"}}, {"name": "r", "references": {"table": "artists", "as": "singer"}}]}""").Succeeds();

        await Database.Table("t").InsertAsync("""{"a": "B"}""").FailsWith(ErrorCodes.InvalidRecord);
        Assert.Equal("singer", Assert.Single((await Database.GetTableAsync("t").Succeeds()).ForeignKeys).As);
        await Storage.CheckAsync(Database);
    }

    [Fact]
    public async Task A_table_with_uuids_is_changed_as_any_other()
    {
        await Database.MakeTableAsync("""{"table_name": "t", "id_type": "uuid", "columns": [{"name": "a", "type": "TEXT"}, {"name": "b", "type": "TEXT"}]}""");
        var row = await Database.Table("t").AddAsync("""{"a": "5", "b": "x"}""");

        await RefusedAsync("""{"alter_columns": [{"name": "b", "type": "INTEGER"}]}""", ErrorCodes.CheckFailed, "alter_columns[0].type wrong_type", row.Str("id") ?? "");
        await Database.AlterAsync("t", """{"alter_columns": [{"name": "a", "type": "INTEGER", "nullable": false}]}""").Succeeds();

        var listed = Assert.Single((await Database.Table("t").ListAsync()).Rows);
        Assert.Equal((row["id"], "5"), (listed["id"]?.ToJsonString(), listed["a"]?.ToJsonString()));
        await SameAsMadeAtOnceAsync();
    }
}
