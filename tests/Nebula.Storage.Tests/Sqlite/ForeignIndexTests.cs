using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite;

/// <summary>Unique indexes that Nebula itself never makes: which of them say that no two records share a value.</summary>
public sealed class ForeignIndexTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _database = await (await _storage.Services.AddTenantAsync()).AddDatabaseAsync();
        await _database.AddTableAsync("own", "n INTEGER");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Theory]
    [InlineData("a TEXT", "CREATE UNIQUE INDEX i ON odd (a)", true)]
    [InlineData("a TEXT UNIQUE", "", true)]
    [InlineData("a TEXT COLLATE nocase UNIQUE", "", true)]
    [InlineData("a TEXT COLLATE NOCASE", "CREATE UNIQUE INDEX i ON odd (a COLLATE NoCase)", true)]
    [InlineData("a TEXT", "CREATE UNIQUE INDEX i ON odd (a COLLATE NOCASE)", false)]
    [InlineData("a TEXT COLLATE NOCASE", "CREATE UNIQUE INDEX i ON odd (a COLLATE BINARY)", false)]
    [InlineData("a TEXT, UNIQUE (a COLLATE RTRIM)", "", false)]
    [InlineData("a TEXT", "CREATE UNIQUE INDEX i ON odd (lower(a))", false)]
    [InlineData("a TEXT", "CREATE UNIQUE INDEX i ON odd (a) WHERE a > 'm'", false)]
    public async Task A_column_is_unique_where_an_index_compares_all_its_values_as_the_column_does(string column, string index, bool isUnique)
    {
        Run($"CREATE TABLE odd (id INTEGER PRIMARY KEY, n INTEGER, {column}); {index}");
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, odd_a TEXT REFERENCES odd (a))");

        _ = await _database.ListTablesAsync();

        Assert.Equal(isUnique, (await _database.GetTableAsync("odd").Succeeds()).Find("a")?.IsUnique);
        Assert.Equal(isUnique ? 1 : 0, (await RelationsAsync("child")).Count);
        using var outcome = isUnique ? await _database.Table("odd").InsertManyAsync("""[{"a": "x"}, {"a": "x"}]""", "a").Succeeds() : null;
        if (!isUnique)
            await _database.Table("odd").InsertManyAsync("""[{"a": "x"}]""", "a").FailsWith(ErrorCodes.InvalidParameter);
    }

    [Fact]
    public async Task Columns_are_unique_together_only_where_the_index_compares_each_as_it_is_compared()
    {
        Run("CREATE TABLE odd (id INTEGER PRIMARY KEY, a TEXT, b TEXT, UNIQUE (a, b COLLATE NOCASE)); CREATE UNIQUE INDEX i ON odd (b, a)");

        _ = await _database.ListTablesAsync();
        var table = await _database.GetTableAsync("odd").Succeeds();

        Assert.Equal([("i", true), ("sqlite_autoindex_odd_1", false)], table.Indexes.Select(i => (i.Name, i.IsUnique)).Order());
        Assert.Empty(table.Definition?.Unique ?? []);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" WITHOUT ROWID")]
    public async Task A_key_that_tells_apart_what_its_column_takes_for_the_same_is_no_id(string options)
    {
        Run($"CREATE TABLE odd (a TEXT COLLATE NOCASE, n INTEGER, PRIMARY KEY (a COLLATE BINARY)){options}; INSERT INTO odd VALUES ('1', 1), ('x', 2), ('X', 3)");

        _ = await _database.ListTablesAsync();
        var odd = _database.Table("odd");

        Assert.Empty((await _database.GetTableAsync("odd").Succeeds()).KeyColumns);
        await odd.DeleteAsync(1).FailsWith(ErrorCodes.Conflict);
        await odd.InsertManyAsync("""[{"a": "x"}]""", "a").FailsWith(ErrorCodes.InvalidParameter);
        Assert.Equal(3, await odd.TotalAsync());
        if (options.Length == 0)
            Assert.Equal(1, await odd.DeleteMatchingAsync("n = 2", 10).Succeeds());
        else
            await odd.DeleteMatchingAsync("n = 2", 10).FailsWith(ErrorCodes.Conflict);
    }

    private async Task<IReadOnlyList<Core.Tables.Relation>> RelationsAsync(string table)
    {
        var schema = new Core.Tables.DatabaseSchema(await _database.ListTablesAsync());
        return schema.RelationsOf(schema.Find(table) ?? throw new InvalidOperationException("No such table."));
    }

    private void Run(string sql)
    {
        using var program = _storage.OpenFile(_database.Database);
        program.Run(sql);
    }
}
