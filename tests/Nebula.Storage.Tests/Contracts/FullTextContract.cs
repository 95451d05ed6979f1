using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Searching by a full-text index.</summary>
public abstract class FullTextContract(StorageFixture storage) : IAsyncLifetime
{
    private TestDatabase _database = null!; // set before each test

    public async ValueTask InitializeAsync() => _database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("integer")]
    [InlineData("uuid")]
    public async Task What_is_written_is_found_and_what_is_gone_is_not(string idType)
    {
        var table = await MakeAsync(idType);
        await table.AddAsync("""{"title": "Les Misérables", "body": "a novel", "n": 1}""");
        await table.AddAsync("""{"title": "Other", "body": null, "n": 2}""");

        Assert.Equal(["1"], await FoundAsync(table, "miserables"));
        Assert.Equal(1, await table.UpdateMatchingAsync("n = 1", 1, """{"title": "Germinal"}""").Succeeds());
        Assert.Equal(1, await table.UpdateMatchingAsync("n = 2", 1, """{"n": 3}""").Succeeds());
        await table.AddAsync("""{"title": "Nana", "n": 4}""");

        Assert.Empty(await FoundAsync(table, "miserables"));
        Assert.Equal(["1"], await FoundAsync(table, "germinal novel"));
        Assert.Equal(["4"], await FoundAsync(table, "nana"));
        Assert.Equal(["3"], await FoundAsync(table, "other"));
        Assert.Equal(1, await table.DeleteMatchingAsync("n = 4", 1).Succeeds());
        Assert.Empty(await FoundAsync(table, "nana"));
        await storage.CheckAsync(_database);
    }

    [Theory]
    [InlineData("quick", "1 2")]
    [InlineData("QUICK", "1 2")]
    [InlineData("quick fox", "1")]
    [InlineData("fox quick", "1")]
    [InlineData("\"quick brown\"", "1")]
    [InlineData("\"brown quick\"", "")]
    [InlineData("qui*", "1 2 3")]
    [InlineData("qui", "")]
    [InlineData("uber", "3")]
    [InlineData("Über", "3")]
    [InlineData("café", "4")]
    [InlineData("o'brien", "4")]
    [InlineData("e-mail", "4")]
    [InlineData("2026", "4")]
    [InlineData("nothing", "")]
    [InlineData("quick -fox", "1")]
    [InlineData("日本", "5")]
    public async Task Words_are_found_without_case_and_accents_all_of_them_together(string terms, string expected)
    {
        var table = await MakeAsync("integer");
        string[] bodies = ["The quick brown fox", "quick as a cat", "quietly über alles", "O'Brien's cafe: e-mail of 2026", "日本 語"];
        for (var n = 1; n <= bodies.Length; n++)
            await table.AddAsync(new JsonObject { ["title"] = $"t{n}", ["body"] = bodies[n - 1], ["n"] = n }.ToJsonString());

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), (await FoundAsync(table, terms)).Order());
    }

    [Fact]
    public async Task What_matches_more_closely_comes_first_and_sort_beats_that()
    {
        var table = await MakeAsync("integer");
        await table.AddAsync($$"""{"title": "x", "body": "word {{string.Join(' ', Enumerable.Repeat("filler", 200))}}", "n": 1}""");
        await table.AddAsync("""{"title": "word", "body": "word word", "n": 2}""");

        Assert.Equal(["2", "1"], await FoundAsync(table, "word"));
        Assert.Equal(["1", "2"], (await table.ListAsync("search=word&sort=n")).Column("n"));
        Assert.Equal(["1"], (await table.ListAsync("search=word&filter=n < 2")).Column("n"));
        Assert.Equal(2, (await table.ListAsync("search=word&limit=1")).Total);
    }

    [Fact]
    public async Task A_table_without_an_index_is_not_searched()
    {
        var table = await _database.AddTableAsync("plain", "a TEXT");

        await table.TryListAsync("search=word").FailsWith(ErrorCodes.InvalidParameter);
    }

    [Fact]
    public async Task Totals_hold()
    {
        var table = await MakeAsync("integer");
        Assert.Equal(0, await table.TotalAsync());
        await table.AddAsync("""{"title": "x"}""");
        Assert.Equal(1, await table.TotalAsync());

        await table.DeleteAsync(1).Succeeds();
        Assert.Equal(0, await table.TotalAsync());
    }

    [Fact]
    public async Task It_stays_current_through_every_change_of_the_table()
    {
        var table = await MakeAsync("integer");
        await table.AddAsync("""{"title": "Germinal", "body": "a novel", "n": 1}""");

        foreach (var change in new[]
        {
            """{"rename_columns": {"title": "name"}}""",
            """{"rename_columns": [{"from": "name", "to": "title"}], "alter_columns": [{"name": "n", "nullable": false}]}""",
            """{"add_columns": [{"name": "extra", "type": "TEXT"}]}""",
            """{"drop_columns": ["extra"], "rename_to": "works"}""",
            """{"rename_to": "Books"}""",
            """{"rename_to": "books"}""",
        })
        {
            await _database.AlterAsync((await _database.ListTablesAsync())[0].Name, change).Succeeds();
            await storage.CheckAsync(_database);
        }

        Assert.Equal(["1"], await FoundAsync(table, "germinal"));
        await table.UpdateAsync(1, """{"title": "Nana"}""").Succeeds();
        Assert.Empty(await FoundAsync(table, "germinal"));
        Assert.Equal(["1"], await FoundAsync(table, "nana"));
        await _database.AlterAsync("books", """{"drop_columns": ["title"]}""").FailsWith(ErrorCodes.InvalidSchema);
        await _database.AlterAsync("books", """{"drop_indexes": ["books_fulltext"], "drop_columns": ["title"], "add_indexes": [{"columns": ["body"], "type": "fulltext"}]}""").Succeeds();
        Assert.Equal(["1"], await FoundAsync(table, "novel"));
        await _database.AlterAsync("books", """{"drop_columns": ["body"]}""").Succeeds();
        Assert.Null((await _database.GetTableAsync("books").Succeeds()).FullText);
    }

    private Task<TestTable> MakeAsync(string idType) => _database.MakeTableAsync(
        $$"""
        {"table_name": "books", "id_type": "{{idType}}", "columns": [{"name": "title", "type": "TEXT"}, {"name": "body", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}],
         "indexes": [{"columns": ["title", "body"], "type": "fulltext"}]}
        """);

    private static async Task<IReadOnlyList<string>> FoundAsync(TestTable table, string terms) => (await table.ListAsync($"search={Uri.EscapeDataString(terms)}")).Column("n");
}
