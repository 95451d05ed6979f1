using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Changes that can't be, and what is said of them.</summary>
public abstract class AlterRefusalContract(StorageFixture storage) : AlterationContract(storage)
{
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
    [InlineData("""{"drop_indexes": ["t_r_idx"]}""", "drop_indexes[0] not_allowed")]
    [InlineData("""{"add_indexes": [{"columns": ["nope"]}, {"columns": ["a"], "where": "nope = 1"}]}""", "add_indexes[0].columns[0] unknown_column|add_indexes[1].where unknown_column")]
    [InlineData("""{"rename_to": "a b", "nope": 1}""", "nope unknown_attribute|rename_to invalid")]
    [InlineData("""{"add_columns": {}, "drop_columns": "a"}""", "drop_columns wrong_type|add_columns wrong_type")]
    public async Task Every_fault_of_a_change_is_named_with_its_place(string change, string faults)
    {
        await MakeAsync(
            """{"name": "a", "type": "TEXT"}, {"name": "b", "type": "TEXT"}, {"name": "c", "type": "TEXT"}, {"name": "n", "type": "INTEGER", "default": 5, "check": {"max": 10}}, {"name": "r", "type": "INTEGER", "references": {"table": "artists"}}""",
            ""","indexes": [{"columns": ["a", "b"]}, {"columns": ["n"], "where": "c is null"}], "unique": [["b", "c"]]""");
        var before = await DeclarationAsync();

        var error = await Database.AlterAsync("t", change).FailsWith(ErrorCodes.InvalidSchema);

        Assert.Equal(faults.Split('|').Order(), error.Details.Select(d => $"{d.Field} {d.Code}").Order());
        Assert.Equal(before, await DeclarationAsync());
    }

    [Fact]
    public async Task A_change_of_nothing_is_refused() => await Database.AlterAsync("artists", "{}").FailsWith(ErrorCodes.InvalidSchema);

    [Theory]
    [InlineData("""{"drop_columns": ["name"], "add_columns": [{"name": "x", "type": "TEXT"}]}""")]
    [InlineData("""{"alter_columns": [{"name": "name", "unique": false}]}""")]
    [InlineData("""{"alter_columns": [{"name": "name", "type": "INTEGER"}]}""")]
    public async Task What_another_table_refers_to_stays(string change)
    {
        await Database.MakeTableAsync("""{"table_name": "albums", "columns": [{"name": "artist", "type": "TEXT", "references": {"table": "artists", "column": "name"}}]}""");

        await Database.AlterAsync("artists", change).FailsWith(ErrorCodes.TableReferenced);
        await Database.AlterAsync("artists", """{"rename_columns": {"name": "title"}}""").Succeeds();
        Assert.Equal("title", Assert.Single((await Database.GetTableAsync("albums").Succeeds()).ForeignKeys).TargetColumn);
    }

    [Fact]
    public async Task The_name_of_an_index_is_the_databases_own()
    {
        await MakeAsync("""{"name": "a", "type": "TEXT"}""", ""","indexes": [{"columns": ["a"], "name": "by_a"}]""");

        await Database.AlterAsync("artists", """{"add_indexes": [{"columns": ["name"], "name": "BY_A"}]}""").FailsWith(ErrorCodes.Conflict);
        await Database.AlterAsync("artists", """{"add_indexes": [{"columns": ["name"], "name": "artists"}]}""").FailsWith(ErrorCodes.Conflict);
        await Database.AlterAsync("t", """{"drop_indexes": ["By_A"], "add_indexes": [{"columns": ["a", "id"], "name": "by_a"}]}""").Succeeds();
        Assert.Equal(["a", "id"], Assert.Single((await Database.GetTableAsync("t").Succeeds()).Indexes).Columns.Select(c => c.Name));
    }
}
