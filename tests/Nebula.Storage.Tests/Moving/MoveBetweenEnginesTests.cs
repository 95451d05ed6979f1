using System.Globalization;
using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;
using Nebula.Storage.Moving;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>A database that goes from its file to PostgreSQL and back while it is used.</summary>
public sealed class MoveBetweenEnginesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_went_to_PostgreSQL_and_came_back_is_what_it_was()
    {
        await using var two = await TwoPlacements.StartAsync();
        var tenant = await two.Services.AddTenantAsync();
        var database = await tenant.AddEverythingAsync();
        var before = await ContentsAsync(two, database);
        database = database.On(two.Services);
        var answers = await AnswersAsync(database);

        await two.MoveAsync(database, TwoPlacements.Two);

        Assert.False(File.Exists(two.PathOf(database)));
        Assert.Equal(Same(answers), Same(await AnswersAsync(database)));
        Assert.Equal("two", (await two.Services.DatabaseStore.FindAsync(database.Id, Ct))?.Placement.Value);

        await two.MoveAsync(database, PlacementName.Sqlite);

        Assert.Equal(Same(answers), Same(await AnswersAsync(database)));
        Assert.Equal(before.Where(l => !l.StartsWith("everything", StringComparison.Ordinal)), (await ContentsAsync(two, database)).Where(l => !l.StartsWith("everything", StringComparison.Ordinal)));
        Assert.Empty(await two.Server.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
    }

    [Fact]
    public async Task Constraints_ids_kept_answers_and_search_go_along()
    {
        await using var two = await TwoPlacements.StartAsync();
        var tenant = await two.Services.AddTenantAsync();
        var database = await tenant.AddEverythingAsync();
        var (_, key) = await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = "tags only", Tables = new(["tags"]) }).Succeeds();

        foreach (var to in new[] { TwoPlacements.Two, PlacementName.Sqlite, TwoPlacements.Two })
        {
            await two.MoveAsync(database, to);

            var everything = database.Table("everything");
            await everything.InsertAsync("""{"n": 11}""").FailsWith(ErrorCodes.InvalidRecord);
            await database.Table("tags").InsertAsync("""{"note_id": 12345}""").FailsWith(ErrorCodes.ForeignKeyViolation);
            await database.Table("people").InsertManyAsync("""[{"first": "Ada", "email": "ada@example.org"}]""").FailsWith(ErrorCodes.UniqueViolation);
            await database.Table("people").InsertManyAsync("""[{"first": "Ada", "last": "L"}]""").FailsWith(ErrorCodes.UniqueViolation);
            Assert.True((await everything.AddAsync("""{"i": 1}""")).Id > 4);
            Assert.True((await database.Table("empty").AddAsync("""{"x": "never 1 again"}""")).Id > 1);
            Assert.Equal(["2"], (await database.Table("notes").ListAsync("search=number1&fields=id")).Column("id"));
            var again = EveryType.Request(tenant);
            await database.Table("tags").InsertOnceAsync(EveryType.Once, again).Succeeds();
            Assert.True(again.IsReplayed);
            Assert.NotNull(key);
        }
    }

    [Fact]
    public async Task Nobody_who_writes_or_reads_during_a_move_fails_and_nothing_acknowledged_is_lost()
    {
        await using var two = await TwoPlacements.StartAsync();
        var tenant = await two.Services.AddTenantAsync();
        var table = await tenant.AddTableAsync("v INTEGER", "s TEXT unique");
        var ledger = new Dictionary<long, string>();
        var isOver = false;
        var longest = TimeSpan.Zero;
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !Volatile.Read(ref isOver); i++)
            {
                var started = TimeProvider.System.GetTimestamp();
                var row = (await table.InsertAsync($$"""{"v": {{i}}, "s": "{{writer}}-{{i}}"}""")).Succeeds();
                var waited = TimeProvider.System.GetElapsedTime(started);
                var deletes = i % 5 == 4;
                if (deletes)
                    (await table.DeleteAsync(row.Id)).Succeeds();
                lock (ledger)
                {
                    longest = waited > longest ? waited : longest;
                    if (!deletes)
                        ledger.Add(row.Id, $"\"{writer}-{i}\"");
                }
            }
        }, Ct)).ToList();
        writers.Add(Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
                (await table.TryListAsync("limit=5&count=none")).Succeeds();
        }, Ct));
        var reports = new List<MoveReport>();
        foreach (var to in new[] { TwoPlacements.Two, PlacementName.Sqlite, TwoPlacements.Two })
        {
            await Task.Delay(300, Ct);
            reports.Add(await two.MoveAsync(table.Database, to));
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(writers);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ledger.Count} acknowledged, writes held for {string.Join(", ", reports.Select(r => $"{r.WritesWaited.TotalMilliseconds:N0} ms"))}, the slowest write took {longest.TotalMilliseconds:N0} ms"));
        Assert.InRange(reports.Min(r => r.WritesWaited), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(reports.Max(r => r.WritesWaited), TimeSpan.Zero, TimeSpan.FromSeconds(3)); // the machine of the tests may be anybody's
        Assert.Equal(ledger.OrderBy(e => e.Key), await AllAsync(table));
    }

    [Theory]
    [InlineData(MoveStage.Copying, false)]
    [InlineData(MoveStage.Indexing, false)]
    [InlineData(MoveStage.Verifying, false)]
    [InlineData(MoveStage.Switching, false)]
    [InlineData(MoveStage.Copying, true)]
    [InlineData(MoveStage.Verifying, true)]
    [InlineData(MoveStage.Switching, true)]
    public async Task A_move_that_is_broken_off_leaves_the_source_serving_and_can_be_made_again(MoveStage at, bool isBack)
    {
        await using var two = await TwoPlacements.StartAsync();
        var tenant = await two.Services.AddTenantAsync();
        var database = await tenant.AddEverythingAsync();
        var to = isBack ? PlacementName.Sqlite : TwoPlacements.Two;
        if (isBack)
            await two.MoveAsync(database, TwoPlacements.Two);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var progress = new Telling<MoveProgress>(step =>
        {
            if (step.Stage == at)
                ending.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two.TryMoveAsync(database, to, progress, ending.Token));

        await database.Table("tags").AddAsync("""{"word": "goes on"}""");
        Assert.Equal(isBack, !File.Exists(two.PathOf(database)));
        await two.MoveAsync(database, to);
        Assert.Contains("\"goes on\"", (await database.Table("tags").ListAsync()).Column("word"));
    }

    [Fact]
    public async Task A_fence_that_a_dead_process_left_is_taken_away_and_writers_wait_for_that()
    {
        await using var two = await TwoPlacements.StartAsync();
        var tenant = await two.Services.AddTenantAsync();
        var database = await tenant.AddEverythingAsync();
        await two.MoveAsync(database, TwoPlacements.Two);
        await two.Server.RunAsync($"UPDATE db_{database.Id}._nebula_state SET version = -version", Ct);
        await two.StopAsync();
        await two.StartAgainAsync();

        // No move is known: nobody will take the fence away, so the write gives up in the end.
        var waiting = database.On(two.Services).Table("tags").InsertAsync("""{"word": "waits"}""");
        await Task.Delay(500, Ct);
        Assert.False(waiting.IsCompleted);
        Assert.NotEmpty((await database.On(two.Services).Table("tags").ListAsync()).Rows); // reads go on
        await two.Server.RunAsync($"UPDATE db_{database.Id}._nebula_state SET version = -version", Ct);

        (await waiting).Succeeds();
    }

    [Fact]
    public async Task A_database_is_removed_with_its_data_wherever_they_are()
    {
        await using var two = await TwoPlacements.StartAsync();
        var tenant = await two.Services.AddTenantAsync();
        var database = await tenant.AddEverythingAsync();
        await two.MoveAsync(database, TwoPlacements.Two);

        await two.Services.Databases.DeleteAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();

        Assert.Empty(await two.Server.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
        await database.Table("tags").TryListAsync().FailsWith(ErrorCodes.DatabaseNotFound);
    }

    [Fact]
    public async Task Of_a_database_that_is_gone_no_half_file_is_left()
    {
        await using var two = await TwoPlacements.StartAsync();
        var database = await (await two.Services.AddTenantAsync()).AddEverythingAsync();
        await two.MoveAsync(database, TwoPlacements.Two);
        await two.StopAsync();
        var incoming = Path.Combine(Path.GetDirectoryName(two.PathOf(database)) ?? "", $"{database.Id}.incoming");
        Directory.CreateDirectory(Path.GetDirectoryName(incoming) ?? "");
        await File.WriteAllTextAsync(incoming, "half", Ct);
        using (var metadata = new OtherProgram(two.MetadataPath))
        {
            metadata.Run($"INSERT INTO moves (database_id, source, target, stage, owner, started_at) VALUES ({database.Id}, 'two', 'sqlite', 'copying', 'dead', '')");
            metadata.Run($"DELETE FROM api_keys; DELETE FROM databases WHERE database_id = {database.Id}");
        }

        await two.StartAgainAsync();

        Assert.False(File.Exists(incoming));
        Assert.Empty(await two.Server.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
        using var after = new OtherProgram(two.MetadataPath);
        Assert.Empty(after.Column("SELECT stage FROM moves"));
    }

    [Fact]
    public async Task A_schema_that_no_move_left_is_never_touched()
    {
        await using var two = await TwoPlacements.StartAsync();
        var database = await (await two.Services.AddTenantAsync()).AddEverythingAsync();
        await two.Server.RunAsync($"CREATE SCHEMA db_{database.Id}; CREATE TABLE db_{database.Id}.precious (x int)", Ct);

        var error = await two.TryMoveAsync(database, TwoPlacements.Two).FailsWith(ErrorCodes.Conflict);

        Assert.Contains("already", error.Message, StringComparison.Ordinal);
        Assert.Equal(["precious"], await two.Server.ColumnAsync($"SELECT tablename FROM pg_tables WHERE schemaname = 'db_{database.Id}'", Ct));
    }

    private static async Task<IReadOnlyList<string>> ContentsAsync(TwoPlacements two, TestDatabase database)
    {
        await two.StopAsync();
        var contents = FileContents.Of(two.PathOf(database));
        await two.StartAgainAsync();
        return contents;
    }

    /// <summary>All records of all tables as clients see them.</summary>
    private static async Task<IReadOnlyList<string>> AnswersAsync(TestDatabase database)
    {
        var answers = new List<string>();
        foreach (var table in EveryType.Tables)
            answers.AddRange((await database.Table(table).ListAsync("limit=1000&sort=id")).Rows.Select(row => $"{table} {row.ToJsonString()}"));
        return answers;
    }

    /// <summary>Without the documents, whose names have another order in PostgreSQL.</summary>
    private static IEnumerable<string> Same(IReadOnlyList<string> answers) => answers.Select(a => a.Contains("\"j\":{", StringComparison.Ordinal) ? a[..a.IndexOf("\"j\":{", StringComparison.Ordinal)] : a);

    private static async Task<IEnumerable<KeyValuePair<long, string>>> AllAsync(TestTable table)
    {
        var all = new List<KeyValuePair<long, string>>();
        for (var cursor = ""; ;)
        {
            var page = await table.ListAsync($"limit=1000&count=none&sort=id{cursor}");
            all.AddRange(page.Rows.Select(r => KeyValuePair.Create(r["id"]!.GetValue<long>(), r["s"]!.ToJsonString()))); // both are there
            if (page.NextCursor is null)
                return all;
            cursor = $"&cursor={Uri.EscapeDataString(page.NextCursor)}";
        }
    }
}
