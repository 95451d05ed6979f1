using Nebula.Core;
using Nebula.Core.Tables;
using Nebula.Storage.Sqlite;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite;

/// <summary>Totals are kept, not counted: here they are held against counts.</summary>
public sealed class TotalTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestDatabase _database = null!;
    private TestTable _table = null!;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _database = await (await _storage.Services.AddTenantAsync()).AddDatabaseAsync();
        _table = await _database.AddTableAsync("items", "u INTEGER unique");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task Failed_writes_in_the_midst_of_a_batch_do_not_count()
    {
        Assert.Equal(0, await _table.TotalAsync());
        var writes = new List<Task>();

        using (Lock())
        {
            for (var i = 0; i < 100; i++)
            {
                writes.Add(_table.InsertAsync($$"""{"u": {{i}}}""").AsTask());
                writes.Add(_table.InsertAsync($$"""{"u": {{i}}}""").AsTask());
                writes.Add(_table.DeleteAsync(i * 1000).AsTask());
                if (i % 4 == 0)
                    writes.Add(_table.DeleteAsync(i + 1).AsTask());
            }
        }

        await Task.WhenAll(writes);
        Assert.Equal(75, await _table.TotalAsync());
        Assert.Equal(75, Counted("items"));
    }

    [Fact]
    public async Task Deleting_by_cascade_counts()
    {
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES items ON DELETE CASCADE)");
        Run("CREATE TABLE grandchild (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES child ON DELETE CASCADE)");
        var (child, grandchild) = (_database.Table("child"), _database.Table("grandchild"));
        for (var i = 1; i <= 10; i++)
        {
            await _table.AddAsync($$"""{"u": {{i}}}""");
            for (var j = 0; j < i; j++)
                await grandchild.AddAsync($$"""{"parent": {{(await child.AddAsync($$"""{"parent": {{i}}}""")).Id}}}""");
        }

        Assert.Equal((10, 55, 55), (await _table.TotalAsync(), await child.TotalAsync(), await grandchild.TotalAsync()));
        await _table.DeleteAsync(10).Succeeds();
        await _table.DeleteAsync(1).Succeeds();

        Assert.Equal((8, 44, 44), (await _table.TotalAsync(), await child.TotalAsync(), await grandchild.TotalAsync()));
        Assert.Equal(44, Counted("grandchild"));
    }

    [Fact]
    public async Task A_delete_that_a_reference_forbids_does_not_count()
    {
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES items)");
        await _table.AddAsync("""{"u": 1}""");
        await _database.Table("child").AddAsync("""{"parent": 1}""");
        Assert.Equal(1, await _table.TotalAsync());

        await _table.DeleteAsync(1).FailsWith(ErrorCodes.ForeignKeyViolation);
        await _database.Table("child").InsertAsync("""{"parent": 2}""").FailsWith(ErrorCodes.ForeignKeyViolation);

        Assert.Equal((1, 1), (await _table.TotalAsync(), await _database.Table("child").TotalAsync()));
    }

    [Fact]
    public async Task A_reference_checked_at_the_commit_fails_its_own_write_only()
    {
        Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES items DEFERRABLE INITIALLY DEFERRED)");
        var child = _database.Table("child");
        await _table.AddAsync("""{"u": 1}""");
        Assert.Equal(0, await child.TotalAsync());
        List<Task<Result<Row>>> good = [], bad = [];

        using (Lock())
        {
            for (var i = 0; i < 10; i++)
            {
                good.Add(child.InsertAsync("""{"parent": 1}""").AsTask());
                bad.Add(child.InsertAsync("""{"parent": 77}""").AsTask());
            }
        }

        Assert.All(await Task.WhenAll(good), o => o.Succeeds());
        Assert.All(await Task.WhenAll(bad), o => o.FailsWith(ErrorCodes.ForeignKeyViolation));
        Assert.Equal(10, await child.TotalAsync());
        Assert.Equal(10, Counted("child"));
    }

    [Fact]
    public async Task What_another_program_writes_counts()
    {
        await _table.AddAsync("""{"u": 1}""");
        Assert.Equal(1, await _table.TotalAsync());

        Run("INSERT INTO items (u) VALUES (2), (3), (4)");
        Assert.Equal(4, await _table.TotalAsync());
        Run("DELETE FROM items");
        Assert.Equal(0, await _table.TotalAsync());
        await _table.AddAsync("""{"u": 5}""");
        Assert.Equal(1, await _table.TotalAsync());
    }

    [Fact]
    public async Task Two_programs_that_write_in_turns_agree()
    {
        using var program = _storage.OpenFile(_database.Database);
        for (var i = 0; i < 50; i++)
        {
            await _table.AddAsync($$"""{"u": {{2 * i}}}""");
            program.Run($"INSERT INTO items (u) VALUES ({2 * i + 1})");
            if (i % 3 == 0)
                Assert.Equal(2 * i + 2, await _table.TotalAsync());
        }

        Assert.Equal(100, await _table.TotalAsync());
    }

    [Fact]
    public async Task Commits_while_the_first_count_runs_are_added_to_it()
    {
        Run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) INSERT INTO items (u) SELECT i FROM n");
        for (var round = 0; round < 5; round++)
        {
            await _storage.InsideAsync(_database.Database, open =>
            {
                open.Counts.Forget();
                return true;
            });
            var start = round;
            await Task.WhenAll(
                Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _table.TotalAsync()))),
                Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => _table.AddAsync($$"""{"u": {{100_000 + start * 100 + i}}}""")))),
                Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => _table.DeleteAsync(start * 50 + i + 1).AsTask()))));

            Assert.Equal(50_000 + (round + 1) * 50, await _table.TotalAsync());
            Assert.Equal(50_000 + (round + 1) * 50, Counted("items"));
        }
    }

    [Fact]
    public async Task A_table_made_anew_begins_at_nothing()
    {
        await _table.AddAsync("""{"u": 1}""");
        Assert.Equal(1, await _table.TotalAsync());

        await _database.DropAsync("items").Succeeds();
        await _database.AddTableAsync("items", "u INTEGER unique");

        Assert.Equal(0, await _table.TotalAsync());
        await _table.AddAsync("""{"u": 1}""");
        Assert.Equal(1, await _table.TotalAsync());
    }

    [Fact]
    public void A_count_that_began_before_everything_was_forgotten_is_not_the_total_of_a_later_one()
    {
        var counts = new RowCounts();
        var table = new Table(new TableId(1), "t", [], default, "", 0);
        var old = counts.BeginCount(table);
        counts.Forget();
        var present = counts.BeginCount(table);

        counts.EndCount(table, old!, 7);
        Assert.False(counts.TryGet(table, out _));
        counts.AbandonCount(table, old!);
        counts.EndCount(table, present!, 9);

        Assert.True(counts.TryGet(table, out var rows));
        Assert.Equal(9, rows);
    }

    private void Run(string sql)
    {
        using var program = _storage.OpenFile(_database.Database);
        program.Run(sql);
    }

    private long Counted(string table)
    {
        using var program = _storage.OpenFile(_database.Database);
        return program.Integer($"SELECT count(*) FROM {table}");
    }

    private WriteLock Lock() => new(_storage.PathOf(_database.Database));
}
