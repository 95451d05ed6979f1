using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite;

/// <summary>What another program added to a database stands in the way of a write: the client is told so, and nobody else suffers for it.</summary>
public sealed class ForeignSchemaTests : IAsyncLifetime
{
    private const string Least = """{"n": -9223372036854775808}""";

    private RunningStorage _storage = null!; // set before each test
    private TestDatabase _database = null!;
    private TestTable _own = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _database = await (await _storage.Services.AddTenantAsync()).AddDatabaseAsync();
        _own = await _database.AddTableAsync("own", "n INTEGER");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task A_function_that_goes_beyond_64_bits_is_told_and_the_others_of_its_commit_succeed()
    {
        Run("CREATE INDEX size ON own (abs(n))");
        await _own.AddAsync("""{"n": 1}""");
        List<Task<Result<Row>>> writes;

        using (new WriteLock(_storage.PathOf(_database.Database)))
            writes = [.. Enumerable.Range(0, 6).Select(i => _own.InsertAsync(i % 2 == 0 ? Least : """{"n": 2}""").AsTask())];
        var outcomes = await Task.WhenAll(writes);

        for (var i = 0; i < outcomes.Length; i++)
            Assert.Equal(i % 2 == 0 ? ErrorCodes.Overflow : "ok", outcomes[i].Code());
        await _own.UpdateAsync(1, Least).FailsWith(ErrorCodes.Overflow);
        await _own.UpdateMatchingAsync("n = 2", 10, Least).FailsWith(ErrorCodes.Overflow);
        var error = await _own.InsertManyAsync($$"""[{"n": 3}, {{Least}}]""").FailsWith(ErrorCodes.Overflow);
        Assert.NotEmpty(error.Message);
        Assert.Equal(["1", "2", "2", "2"], (await _own.ListAsync()).Column("n"));
        Assert.DoesNotContain(_storage.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_filter_that_goes_beyond_64_bits_changes_nothing()
    {
        await _own.AddAsync(Least);

        await _own.DeleteMatchingAsync("abs(n) > 1", 10).FailsWith(ErrorCodes.Overflow);

        Assert.Equal(1, await _own.TotalAsync());
    }

    [Fact]
    public async Task A_reference_to_a_table_that_is_not_there_is_a_conflict()
    {
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES gone(id), t TEXT)");

        var error = await _database.Table("child").InsertAsync("""{"parent": 1}""").AsTask().FailsWith(ErrorCodes.Conflict);

        Assert.Contains("gone", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await _database.Table("child").TotalAsync());
        Assert.DoesNotContain(_storage.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_referenced_table_that_another_program_dropped_is_a_conflict_also_for_statements_that_are_kept()
    {
        Run("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id), t TEXT)");
        Run("INSERT INTO parent VALUES (1)");
        var child = _database.Table("child");
        await child.AddAsync("""{"parent": 1}""");
        Run("PRAGMA foreign_keys = OFF; DROP TABLE parent");

        await child.InsertAsync("""{"parent": 1}""").FailsWith(ErrorCodes.Conflict);
        await child.InsertManyAsync("""[{"parent": 1}]""").FailsWith(ErrorCodes.Conflict);
        await child.UpdateMatchingAsync("id > 0", 10, """{"parent": 2}""").FailsWith(ErrorCodes.Conflict);
        var error = await _database.RunAsync("""{"op": "create", "table": "child", "data": {"parent": 1}}""").FailsWith(ErrorCodes.Conflict);

        Assert.Equal(0, error.Operation);
        Assert.DoesNotContain(_storage.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_another_program_alone_can_compare_is_a_conflict_with_and_without_precondition()
    {
        Run("CREATE TABLE odd (k TEXT PRIMARY KEY, n INTEGER); INSERT INTO odd VALUES ('7', 1)");
        Run("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'k TEXT', 'k TEXT COLLATE mine') WHERE name = 'odd'; PRAGMA schema_version = 1000; PRAGMA writable_schema = RESET");
        _ = await _database.ListTablesAsync();
        var odd = _database.Table("odd");

        await odd.UpdateAsync(7, """{"n": 2}""").FailsWith(ErrorCodes.Conflict);
        await odd.UpdateAsync(7, """{"n": 2}""", EntityTag.Of("{}"u8)).FailsWith(ErrorCodes.Conflict);
        await odd.DeleteAsync(7, EntityTag.Of("{}"u8)).FailsWith(ErrorCodes.Conflict);

        Assert.DoesNotContain(_storage.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_that_others_refer_to_in_a_way_that_fits_nothing_is_not_removed()
    {
        Run("CREATE TABLE parent (id INTEGER PRIMARY KEY, n INTEGER)");
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(n))");
        Run("INSERT INTO parent VALUES (1, 1)");

        await _database.Table("parent").DeleteAsync(1).FailsWith(ErrorCodes.Conflict);
        await _database.Table("parent").DeleteMatchingAsync("n = 1", 1).FailsWith(ErrorCodes.Conflict);

        Assert.DoesNotContain(_storage.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_statement_of_Nebulas_own_that_is_wrong_is_no_conflict_and_is_logged()
    {
        await _own.AddAsync("""{"n": 1}""");
        var wrong = new WriterWork(context => context.Connection.Execute("UPDATE own SET nothing = 1"), TestContext.Current.CancellationToken);

        (await await _storage.InsideAsync(_database.Database, database => database.Writer.RunAsync(wrong))).FailsWith(ErrorCodes.Internal);

        Assert.Contains(_storage.Log.Lines, line => line.StartsWith("Error: A write to database", StringComparison.Ordinal) && line.Contains("nothing", StringComparison.Ordinal));
        await _own.AddAsync("""{"n": 2}""");
    }

    [Fact]
    public async Task Records_whose_key_is_null_are_listed_changed_and_removed()
    {
        Run("CREATE TABLE odd (k TEXT PRIMARY KEY, n INTEGER, _rowid_ INTEGER, rowid INTEGER AS (n + 1000))");
        Run("INSERT INTO odd (k, n) VALUES ('a', 1), (NULL, 2), ('b', 3)");
        var odd = _database.Table("odd");

        List<string> seen = [];
        var page = await odd.ListAsync("limit=1&sort=k&order=desc");
        for (seen.AddRange(page.Column("n")); page.NextCursor is { } cursor; seen.AddRange(page.Column("n")))
            page = await odd.ListAsync($"limit=1&sort=k&order=desc&cursor={cursor}");
        Assert.Equal(["3", "1", "2"], seen);

        Assert.Equal(3, await odd.UpdateMatchingAsync("n > 0", 10, """{"n": 7}""").Succeeds());
        Assert.Equal(1, await odd.DeleteMatchingAsync("k is null", 10).Succeeds());
        Assert.Equal(["\"a\"", "\"b\""], (await odd.ListAsync("sort=k")).Column("k"));
    }

    [Theory]
    [InlineData("CREATE TABLE odd (k TEXT PRIMARY KEY, n INTEGER)")]
    [InlineData("CREATE TABLE odd (k TEXT, n INTEGER, l INTEGER, PRIMARY KEY (k, l))")]
    [InlineData("CREATE TABLE odd (k TEXT PRIMARY KEY, n INTEGER, rowid INTEGER, oid TEXT)")]
    [InlineData("CREATE TABLE odd (k INTEGER PRIMARY KEY DESC, n INTEGER)")]
    public async Task Several_records_whose_key_is_null_are_each_on_one_page(string sql)
    {
        Run(sql);
        Run("INSERT INTO odd (k, n) VALUES ('1', 1), (NULL, 2), (NULL, 3), ('2', 4), (NULL, 5), (NULL, 6)");
        var odd = _database.Table("odd");

        foreach (var query in (string[])["", "sort=k", "sort=-k", "sort=k:nullslast", "sort=-k:nullsfirst", "order=desc", "sort=-n", "filter=n > 0"])
        {
            var whole = (await odd.ListAsync(query)).Column("n");
            Assert.Equal(["1", "2", "3", "4", "5", "6"], whole.Order(StringComparer.Ordinal));
            foreach (var limit in (int[])[1, 2, 4])
            {
                List<string> seen = [];
                for (var page = await odd.ListAsync($"{query}&limit={limit}&cursor="); ; page = await odd.ListAsync($"{query}&limit={limit}&cursor={page.NextCursor}"))
                {
                    seen.AddRange(page.Column("n"));
                    if (page.NextCursor is null)
                        break;
                }

                Assert.Equal(whole, seen);
            }
        }
    }

    [Fact]
    public async Task A_table_whose_records_nothing_tells_apart_has_no_cursor()
    {
        Run("CREATE TABLE odd (k TEXT PRIMARY KEY, n INTEGER, rowid TEXT, _rowid_ TEXT, oid TEXT)");
        Run("INSERT INTO odd (k, n) VALUES (NULL, 1), (NULL, 2), ('a', 3)");

        var page = await _database.Table("odd").ListAsync("limit=1");

        Assert.Null(page.NextCursor);
        Assert.Equal(3, page.Total);
    }

    private void Run(string sql)
    {
        using var program = _storage.OpenFile(_database.Database);
        program.Run(sql);
    }
}
