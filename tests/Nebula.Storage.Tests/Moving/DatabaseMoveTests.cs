using System.Globalization;
using Nebula.Core;
using Nebula.Core.Databases.Moving;
using Nebula.Core.Records;
using Nebula.Storage.Moving;
using Nebula.Storage.Sqlite.Files;
using Nebula.Storage.Sqlite.Moving;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>The way of a move, from one directory to another.</summary>
public sealed class DatabaseMoveTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _other = new();
    private RunningStorage? _storage;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_copy_holds_everything_byte_for_byte()
    {
        var (storage, tenant) = await StartAsync();
        var database = await tenant.AddEverythingAsync();
        var before = FileContents.Of(storage.PathOf(database.Database));
        var noted = new NotedStages();

        var report = await MoveAsync(database, noted);

        Assert.True(noted.IsFlipped);
        Assert.Equal(Enum.GetValues<MoveStage>()[..^1], noted.Stages);
        Assert.Equal((5, 107L), (report.Tables, report.Records));
        Assert.Equal(before, FileContents.Of(CopyOf(database)));
    }

    [Fact]
    public async Task What_changes_while_blocks_are_copied_is_in_the_copy_as_it_came_to_be()
    {
        var (storage, tenant) = await StartAsync();
        var database = await tenant.AddEverythingAsync();
        var (notes, people, tags) = (database.Table("notes"), database.Table("people"), database.Table("tags"));

        await MoveAsync(database, new NotedStages(async stage =>
        {
            var n = (int)stage * 10;
            await notes.UpdateAsync(n + 1, """{"body": "changed"}""").Succeeds();
            await notes.DeleteAsync(n + 2).Succeeds();
            (await notes.InsertManyAsync($$"""[{"body": "added in {{stage}}"}]""").Succeeds()).Dispose();
            (await people.InsertManyAsync($$"""[{"id": "{{stage:D}}0000000-0000-0000-0000-000000000000", "first": "{{stage}}"}]""").Succeeds()).Dispose();
            if (stage != MoveStage.Switching)
                return;
            await people.DeleteMatchingAsync("first='Bob'", 1).Succeeds(); // and with him, by cascade, half of the notes
            (await tags.InsertOnceAsync("""{"word": "late"}""", IdempotentRequest.Of(tenant.Caller, "POST", "/tags", "late", "x"u8))).Succeeds();
        }));

        await CloseAsync(storage, database);
        Assert.Equal(FileContents.Of(storage.PathOf(database.Database)), FileContents.Of(CopyOf(database)));
    }

    [Fact]
    public async Task Values_that_are_unique_may_move_from_record_to_record_meanwhile()
    {
        var (storage, tenant) = await StartAsync();
        var table = await tenant.AddTableAsync("v INTEGER unique");
        var many = string.Join(",", Enumerable.Range(0, 2000).Select(i => $$"""{"v": {{i}}}"""));
        (await table.InsertManyAsync($"[{many}]").Succeeds()).Dispose();
        var turning = Task.Run(async () =>
        {
            // A value goes from one record to another that is far away, so that blocks of different moments hold it twice.
            for (var turn = 0; ; turn++)
            {
                var (from, to) = ((turn % 900) + 1, 2000 - (turn % 900));
                var found = await table.FindAsync(from);
                if (!found.TryGet(out var record, out _))
                    return;
                await table.UpdateAsync(from, $$"""{"v": {{10_000 + turn}}}""");
                if ((await table.UpdateAsync(to, $$"""{"v": {{record["v"]}}}""")).Code() != "ok")
                    return; // the copy has taken over
            }
        }, Ct);

        await MoveAsync(table.Database, new NotedStages());
        await turning;

        await CloseAsync(storage, table.Database);
        Assert.Equal(FileContents.Of(storage.PathOf(table.Database.Database)), FileContents.Of(CopyOf(table.Database)));
    }

    [Fact]
    public async Task Writes_wait_while_the_copy_takes_over_and_none_is_lost_or_made_after_it()
    {
        var (storage, tenant) = await StartAsync();
        var table = await tenant.AddTableAsync("v INTEGER");
        var acknowledged = new List<long>();
        var refused = 0;
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var inserted = await table.InsertAsync("""{"v": 1}""");
                if (!inserted.TryGet(out var row, out var error))
                {
                    Assert.Same(Error.StaleTable, error); // what sends the services to where the database is now
                    Interlocked.Increment(ref refused);
                    return;
                }

                lock (acknowledged)
                    acknowledged.Add(row.Id);
            }
        }, Ct)).ToList();

        var report = await MoveAsync(table.Database, new NotedStages());
        await Task.WhenAll(writers);

        Assert.Equal(4, refused);
        Assert.InRange(report.WritesWaited, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        TestContext.Current.TestOutputHelper?.WriteLine($"writes waited {report.WritesWaited.TotalMilliseconds:N1} ms, {acknowledged.Count} acknowledged");
        using var copy = new OtherProgram(CopyOf(table.Database));
        Assert.Equal(acknowledged.Order(), copy.Column("SELECT id FROM items").Select(id => long.Parse(id, CultureInfo.InvariantCulture)).Order());
        Assert.NotEmpty(acknowledged);
    }

    [Fact]
    public async Task More_changes_than_fit_into_one_portion_are_applied_together()
    {
        var (storage, tenant) = await StartAsync();
        var table = await tenant.AddTableAsync("v INTEGER unique");
        const int Records = (2 * ChangePortions.MaxKeys) + 5000;
        using (var file = storage.OpenFile(table.Database.Database))
            file.Run($"INSERT INTO items (v) SELECT value FROM (WITH RECURSIVE n (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < {Records - 1}) SELECT value FROM n)");

        await MoveAsync(table.Database, new NotedStages(stage =>
        {
            if (stage is not (MoveStage.Indexing or MoveStage.CatchingUp or MoveStage.Switching))
                return Task.CompletedTask;

            // Each record gets the value that another one has, far away.
            using var file = storage.OpenFile(table.Database.Database);
            file.Run("UPDATE items SET v = -1 - v");
            file.Run($"UPDATE items SET v = (-1 - v + 12345) % {Records}");
            return Task.CompletedTask;
        }));

        await CloseAsync(storage, table.Database);
        Assert.Equal(FileContents.Of(storage.PathOf(table.Database.Database)), FileContents.Of(CopyOf(table.Database)));
    }

    [Fact]
    public async Task Changes_come_in_portions_with_each_key_once_and_can_be_read_again()
    {
        var (storage, tenant) = await StartAsync();
        var table = await tenant.AddTableAsync("v INTEGER");
        await using var source = SourceOf(storage, table.Database);

        await Portions.AssertAsync(source, table);
    }

    [Fact]
    public async Task Writes_go_on_when_the_copy_is_not_whole_in_time_and_it_takes_over_later()
    {
        var (storage, tenant) = await StartAsync();
        var table = await tenant.AddTableAsync("v INTEGER");
        var source = new StallingSource(SourceOf(storage, table.Database), stalls: 2);
        var noted = new NotedStages();

        var moving = MoveAsync(table.Database, noted, source, TimeProvider.System);
        await Eventually.IsTrue(() => source.Opened == 1, "writes go on");
        await table.AddAsync("""{"v": 1}""");
        var report = await moving;

        Assert.Equal(2, source.Opened);
        Assert.True(noted.IsFlipped);
        Assert.InRange(report.WritesWaited, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(1, report.Tables);
        using var copy = new OtherProgram(CopyOf(table.Database));
        Assert.Equal(["1"], copy.Column("SELECT v FROM items"));
    }

    [Fact]
    public async Task A_move_for_which_no_moment_is_found_ends_and_says_so_and_the_source_serves()
    {
        var (storage, tenant) = await StartAsync();
        var table = await tenant.AddTableAsync("v INTEGER");
        var source = new StallingSource(SourceOf(storage, table.Database), stalls: int.MaxValue);
        var noted = new NotedStages();

        var broken = await Assert.ThrowsAsync<MoveBrokenOffException>(async () => await MoveAsync(table.Database, noted, source, new FastClock(20)));

        Assert.Equal(ErrorCodes.Busy, broken.Error.Code);
        Assert.Contains("No moment was found", broken.Error.Message, StringComparison.Ordinal);
        Assert.False(noted.IsFlipped);
        await table.AddAsync("""{"v": 1}""");
    }

    [Theory]
    [InlineData("DELETE FROM notes WHERE id = 3", "number of records")]
    [InlineData("UPDATE notes SET body = 'tampered' WHERE id = 3", "checksums differ")]
    [InlineData("INSERT INTO notes (id, body) VALUES (1000, 'tampered')", "number of records")]
    public async Task A_copy_that_is_not_the_same_never_takes_over(string tampering, string fault)
    {
        var (storage, tenant) = await StartAsync();
        var database = await tenant.AddEverythingAsync();
        var noted = new NotedStages(stage =>
        {
            if (stage != MoveStage.Verifying)
                return Task.CompletedTask;
            using var copy = new OtherProgram(IncomingOf(storage, database));
            copy.Run(tampering);
            return Task.CompletedTask;
        });

        var broken = await Assert.ThrowsAsync<MoveBrokenOffException>(async () => await MoveAsync(database, noted));

        Assert.Contains(fault, broken.Error.Message, StringComparison.Ordinal);
        Assert.Contains("'notes'", broken.Error.Message, StringComparison.Ordinal);
        Assert.False(noted.IsFlipped);
    }

    [Fact]
    public async Task A_change_of_the_schema_breaks_the_move_off()
    {
        var (_, tenant) = await StartAsync();
        var database = await tenant.AddEverythingAsync();
        var noted = new NotedStages(async stage =>
        {
            if (stage == MoveStage.Verifying)
                await database.AlterAsync("tags", """{"add_columns": [{"name": "more", "type": "TEXT"}]}""").Succeeds();
        });

        var broken = await Assert.ThrowsAsync<MoveBrokenOffException>(async () => await MoveAsync(database, noted));

        Assert.Contains("schema", broken.Error.Message, StringComparison.Ordinal);
        Assert.False(noted.IsFlipped);
    }

    [Theory]
    [InlineData("CREATE VIEW v AS SELECT 1", "view 'v'")]
    [InlineData("CREATE TRIGGER tr AFTER INSERT ON tags BEGIN SELECT 1; END", "trigger 'tr'")]
    [InlineData("CREATE TABLE theirs (a, b)", "table 'theirs'")]
    [InlineData("CREATE INDEX odd ON tags (lower(word))", "index 'odd'")]
    [InlineData("CREATE VIRTUAL TABLE ft USING fts5(x)", "table 'ft'")]
    public async Task What_only_one_engine_can_keep_is_refused_by_name(string sql, string named)
    {
        var (storage, tenant) = await StartAsync();
        var database = await tenant.AddEverythingAsync();
        using (var other = storage.OpenFile(database.Database))
            other.Run(sql);

        var broken = await Assert.ThrowsAsync<MoveBrokenOffException>(async () => await MoveAsync(database, new NotedStages()));

        Assert.Equal(ErrorCodes.Conflict, broken.Error.Code);
        Assert.Contains(named, broken.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MoveStage.Copying)]
    [InlineData(MoveStage.Indexing)]
    [InlineData(MoveStage.Verifying)]
    [InlineData(MoveStage.Switching)]
    public async Task A_move_that_was_broken_off_can_be_made_again(MoveStage at)
    {
        var (storage, tenant) = await StartAsync();
        var database = await tenant.AddEverythingAsync();
        var broken = new NotedStages(stage => stage == at ? throw new MoveBrokenOffException("Enough.") : Task.CompletedTask);
        await Assert.ThrowsAsync<MoveBrokenOffException>(async () => await MoveAsync(database, broken));
        await SourceOf(storage, database).ReleaseAsync(Ct);
        await database.Table("tags").AddAsync("""{"word": "in between"}""");

        await MoveAsync(database, new NotedStages());

        await CloseAsync(storage, database);
        Assert.Equal(FileContents.Of(storage.PathOf(database.Database)), FileContents.Of(CopyOf(database)));
    }

    [Fact]
    public async Task A_released_source_has_nothing_left_of_the_move()
    {
        var (storage, tenant) = await StartAsync();
        var database = await tenant.AddEverythingAsync();
        var source = SourceOf(storage, database);
        await source.BeginAsync(Ct);
        Assert.True(await source.FenceAsync(TimeSpan.FromSeconds(5), Ct));

        await source.ReleaseAsync(Ct);

        await database.Table("tags").AddAsync("""{"word": "after"}""");
        using var file = storage.OpenFile(database.Database);
        Assert.Empty(file.Column("SELECT name FROM sqlite_schema WHERE name LIKE '\\_nebula\\_log%' ESCAPE '\\' OR name LIKE '%moving%'"));
    }

    [Fact]
    public async Task Totals_are_kept_while_a_move_logs()
    {
        var (storage, tenant) = await StartAsync();
        var table = await tenant.AddTableAsync("v INTEGER");
        await SourceOf(storage, table.Database).BeginAsync(Ct);

        await table.AddAsync("""{"v": 1}""");
        await table.AddAsync("""{"v": 1}""");
        await table.DeleteAsync(1).Succeeds();

        Assert.Equal(1, await table.TotalAsync());
        Assert.True(await storage.InsideAsync(table.Database.Database, open => open.Catalog.Entries[0].IsCountKept));
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        _other.Dispose();
    }

    private async Task<(RunningStorage, Tenant)> StartAsync()
    {
        _storage = await RunningStorage.StartAsync();
        return (_storage, await _storage.Services.AddTenantAsync());
    }

    private Task<MoveReport> MoveAsync(TestDatabase database, NotedStages noted) => MoveAsync(database, noted, SourceOf(_storage!, database), TimeProvider.System); // started by the test

    private async Task<MoveReport> MoveAsync(TestDatabase database, NotedStages noted, IMoveSource source, TimeProvider clock)
    {
        var options = new StorageOptions { DataDirectory = _other.Path };
        await using var target = new SqliteMoveTarget(new DataDirectory(options), database.Database, options);
        return await new DatabaseMove(source, target, noted, noted, clock).RunAsync(Ct);
    }

    private static SqliteMoveSource SourceOf(RunningStorage storage, TestDatabase database) => new(storage.Storage.Pool, new DataDirectory(storage.Options), shipper: null, database.Database);

    /// <summary>So that its file is whole without a log beside it, and its move is over.</summary>
    private static async Task CloseAsync(RunningStorage storage, TestDatabase database)
    {
        (await storage.Storage.Pool.HoldAsync(database.Id, Ct).Succeeds()).Dispose();
        await SourceOf(storage, database).ReleaseAsync(Ct);
    }

    private string CopyOf(TestDatabase database) => _other.Combine(database.Database.FilePath.Split('/'));

    private string IncomingOf(RunningStorage storage, TestDatabase database) => new DataDirectory(storage.Options with { DataDirectory = _other.Path }).IncomingOf(database.Database);
}
