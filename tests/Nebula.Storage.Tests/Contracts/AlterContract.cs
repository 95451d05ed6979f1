using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Changes of names and columns: what becomes of the table and of its records.</summary>
public abstract class AlterContract(StorageFixture storage) : AlterationContract(storage)
{
    [Fact]
    public async Task A_renamed_table_keeps_its_records_its_identity_and_what_refers_to_it()
    {
        await Database.MakeTableAsync("""{"table_name": "albums", "columns": [{"name": "artist_id", "type": "INTEGER", "references": {"table": "artists", "as": "by"}}]}""");
        await Database.Table("albums").AddAsync("""{"artist_id": 1}""");
        var before = await Database.GetTableAsync("artists").Succeeds();

        var after = await Database.AlterAsync("artists", """{"rename_to": "singers"}""").Succeeds();

        Assert.Equal((before.Id, "singers"), (after.Id, after.Name));
        await Database.GetTableAsync("artists").FailsWith(ErrorCodes.TableNotFound);
        Assert.Equal("\"Ada\"", (await Database.Table("singers").FindAsync(1).Succeeds())["name"]);
        Assert.Equal(("singers", "by"), (await Database.GetTableAsync("albums").Succeeds()).ForeignKeys.Select(k => (k.TargetTable, k.As ?? "")).Single());
        await Database.Table("singers").DeleteAsync(1).FailsWith(ErrorCodes.ForeignKeyViolation);
        await Database.AlterAsync("singers", """{"rename_to": "Singers"}""").Succeeds();
        await Database.AlterAsync("singers", """{"rename_to": "albums"}""").FailsWith(ErrorCodes.TableExists);
    }

    [Fact]
    public async Task Columns_are_renamed_together_with_what_speaks_of_them()
    {
        await MakeAsync("""{"name": "a", "type": "DATE"}, {"name": "b", "type": "TEXT", "check": {"pattern": "[a-z]+"}}""", ""","indexes": [{"columns": ["a", "b"]}], "unique": [["b", "a"]]""");
        await Database.Table("t").AddAsync("""{"a": "2026-01-01", "b": "x"}""");

        await Database.AlterAsync("t", """{"rename_columns": {"a": "b", "b": "A"}}""").Succeeds();

        Assert.Equal(
            """{"table_name":"t","columns":[{"name":"b","type":"DATE"},{"name":"A","type":"TEXT","check":{"pattern":"[a-z]+"}}],"unique":[["A","b"]],"indexes":[{"columns":["b","A"]}]}""",
            await DeclarationAsync());
        Assert.Equal(("\"2026-01-01\"", "\"x\""), await RowAsync("b", "A"));
        await SameAsMadeAtOnceAsync();
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
        await Database.Table("t").AddAsync("""{"a": "x"}""");

        await Database.AlterAsync("t", $$"""{"add_columns": [{{column}}]}""").Succeeds();

        Assert.Equal(("\"x\"", value), await RowAsync("a", "c"));
        await SameAsMadeAtOnceAsync();
        await Database.Table("t").AddAsync("""{"a": "y"}""");
    }

    [Fact]
    public async Task A_moment_is_added_as_now()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}""");
        await Database.Table("t").AddAsync("""{"a": "x"}""");

        await Database.AlterAsync("t", """{"add_columns": [{"name": "at", "type": "DATETIME", "nullable": false, "default": "@now"}]}""").Succeeds();

        Assert.True(Timestamps.TryParse((await Database.Table("t").FindAsync(1).Succeeds()).Str("at"), out _));
        await SameAsMadeAtOnceAsync();
    }

    [Fact]
    public async Task A_dropped_column_takes_along_what_is_on_it_alone()
    {
        await MakeAsync(
            """{"name": "a", "type": "TEXT", "unique": true}, {"name": "b", "type": "INTEGER", "references": {"table": "artists"}}, {"name": "c", "type": "TEXT"}, {"name": "d", "type": "TEXT"}""",
            ""","indexes": [{"columns": ["c"]}]""");
        await Database.Table("t").AddAsync("""{"a": "x", "b": 1, "c": "y", "d": "z"}""");

        await Database.AlterAsync("t", """{"drop_columns": ["c"]}""").Succeeds();
        await Database.AlterAsync("t", """{"drop_columns": ["A", "b"], "rename_columns": {"d": "a"}, "add_columns": [{"name": "b", "type": "DATE"}]}""").Succeeds();

        Assert.Equal("""{"table_name":"t","columns":[{"name":"a","type":"TEXT"},{"name":"b","type":"DATE"}]}""", await DeclarationAsync());
        Assert.Equal(("\"z\"", "null"), await RowAsync("a", "b"));
        Assert.Empty((await Database.GetTableAsync("t").Succeeds()).Indexes);
    }
}
