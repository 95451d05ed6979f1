using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Schema;

/// <summary>Full-text indexes as other programs see them.</summary>
public sealed class FullTextTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _database = await (await _storage.Services.AddTenantAsync()).AddDatabaseAsync();
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Theory]
    [InlineData("integer")]
    [InlineData("uuid")]
    public async Task What_is_written_is_found(string idType)
    {
        var table = await MakeAsync(idType);
        await table.AddAsync("""{"title": "Les Misérables", "body": "a novel", "n": 1}""");
        await table.AddAsync("""{"title": "Other", "body": null, "n": 2}""");

        Assert.Equal(["1"], await FoundAsync(table, "miserables"));
        using (var program = _storage.OpenFile(_database.Database))
        {
            program.Run("UPDATE books SET title = 'Germinal' WHERE n = 1");
            program.Run("UPDATE books SET n = 3 WHERE n = 2");
            program.Run("INSERT INTO books (id, title, n) VALUES ($id, 'Nana', 4)", ("$id", idType == "uuid" ? "019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60" : 9L));
        }

        Assert.Empty(await FoundAsync(table, "miserables"));
        Assert.Equal(["1"], await FoundAsync(table, "germinal novel"));
        Assert.Equal(["4"], await FoundAsync(table, "nana"));
        using (var program = _storage.OpenFile(_database.Database))
            program.Run("DELETE FROM books WHERE n = 4");
        Assert.Empty(await FoundAsync(table, "nana"));
    }

    [Fact]
    public async Task Its_tables_are_not_shown_and_go_with_the_table()
    {
        var table = await MakeAsync("integer");
        await table.AddAsync("""{"title": "x"}""");

        Assert.Equal(["books"], (await _database.ListTablesAsync()).Select(t => t.Name));
        await _database.DropAsync("books").Succeeds();

        using var program = _storage.OpenFile(_database.Database);
        Assert.Equal(0, program.Integer("SELECT count(*) FROM sqlite_schema WHERE name LIKE '\\_nebula\\_fts%' ESCAPE '\\'"));
        Assert.Equal("ok", program.Text("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Totals_are_still_kept()
    {
        var table = await MakeAsync("integer");
        Assert.Equal(0, await table.TotalAsync());
        await table.AddAsync("""{"title": "x"}""");
        Assert.Equal(1, await table.TotalAsync());
        Assert.True(await _storage.InsideAsync(_database.Database, d => d.Catalog.Find("books")?.IsCountKept));

        await table.DeleteAsync(1).Succeeds();
        Assert.Equal(0, await table.TotalAsync());
    }

    [Fact]
    public async Task What_its_own_tables_gain_is_not_counted_row_by_row()
    {
        var table = await MakeAsync("integer");
        var entries = 0;

        var work = new WriterWork(context =>
        {
            context.Connection.Execute("INSERT INTO books (title) SELECT 'x' FROM (WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n)");
            entries = context.Changes.Deltas.Count;
        }, TestContext.Current.CancellationToken);
        await _storage.Storage.Pool.WriteAsync(table.Database.Id, work, TestContext.Current.CancellationToken).Succeeds();

        Assert.Equal(1, entries);
        Assert.Equal(500, await table.TotalAsync());
    }

    private Task<TestTable> MakeAsync(string idType) => _database.MakeTableAsync(
        $$"""
        {"table_name": "books", "id_type": "{{idType}}", "columns": [{"name": "title", "type": "TEXT"}, {"name": "body", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}],
         "indexes": [{"columns": ["title", "body"], "type": "fulltext"}]}
        """);

    private static async Task<IReadOnlyList<string>> FoundAsync(TestTable table, string terms) => (await table.ListAsync($"search={Uri.EscapeDataString(terms)}")).Column("n");
}
