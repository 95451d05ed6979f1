using Nebula.Core;
using Nebula.Core.Changes;
using Nebula.Storage.Sqlite;
using Nebula.Storage.Sqlite.Writing;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

/// <summary>The seam for moves, realtime and webhooks.</summary>
public sealed class ChangeLogTests : IAsyncLifetime
{
    private RunningStorage _storage = null!; // set before each test
    private TestTable _table = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync();
        _table = await (await _storage.Services.AddTenantAsync()).AddTableAsync("u INTEGER unique", "t TEXT");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    [Fact]
    public async Task It_is_off_and_nothing_of_it_is_in_the_file()
    {
        await _table.AddAsync("""{"u": 1}""");

        using var program = OpenFile();
        Assert.Equal(0, program.Integer("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%changes%'"));
    }

    [Fact]
    public async Task Once_on_it_holds_each_change_in_order()
    {
        await _table.AddAsync("""{"u": 1}""");
        await TurnAsync(on: true);
        var before = Some.Now(TimeProvider.System);

        await _table.AddAsync("""{"u": 2}""");
        await _table.UpdateAsync(1, """{"t": "x"}""").Succeeds();
        await _table.DeleteAsync(2).Succeeds();

        var log = await ReadAsync();
        Assert.Equal([(1L, 2L, ChangeKind.Insert), (2, 1, ChangeKind.Update), (3, 2, ChangeKind.Delete)], log.Select(c => (c.Sequence, c.Record.Value, c.Kind)));
        Assert.All(log, c => Assert.Equal("items", c.Table));
        Assert.All(log, c => Assert.InRange(c.At, before, TimeProvider.System.GetUtcNow()));
        Assert.Equal([3L], (await ReadAsync(after: 2)).Select(c => c.Sequence));
        Assert.Equal([1L, 2], (await ReadAsync(limit: 2)).Select(c => c.Sequence));
        Assert.Single(await _table.Database.ListTablesAsync());
    }

    [Fact]
    public async Task What_a_cascade_removes_is_in_it()
    {
        using (var program = OpenFile())
            program.Run("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES items ON DELETE CASCADE)");
        await _table.AddAsync("""{"u": 1}""");
        foreach (var _ in new int[3])
            await _table.Database.Table("child").AddAsync("""{"parent": 1}""");
        await TurnAsync(on: true);

        await _table.DeleteAsync(1).Succeeds();

        Assert.Equal(
            [("child", 1L), ("child", 2), ("child", 3), ("items", 1)],
            (await ReadAsync()).Where(c => c.Kind == ChangeKind.Delete).Select(c => (c.Table, c.Record.Value)).Order());
    }

    [Fact]
    public async Task What_did_not_happen_is_not_in_it()
    {
        await _table.AddAsync("""{"u": 0}""");
        await TurnAsync(on: true);
        var writes = new List<Task<Result<Row>>>();

        using (new WriteLock(Path))
        {
            for (var i = 0; i < 60; i++)
                writes.Add(_table.InsertAsync($$"""{"u": {{i / 2}}}""").AsTask());
        }

        await Task.WhenAll(writes);
        var inserted = writes.Where(w => w.Result.Code() == "ok").Select(w => w.Result.Succeeds().Id).Order().ToList();
        Assert.Equal(29, inserted.Count);
        Assert.Equal(inserted, (await ReadAsync()).Select(c => c.Record.Value).Order());
    }

    [Fact]
    public async Task A_batch_that_falls_leaves_only_what_its_replay_did()
    {
        await TurnAsync(on: true);
        await _table.AddAsync("""{"u": 0}""");
        await InsideAsync(open => open.RunExclusive(() =>
        {
            open.Connection.Execute($"PRAGMA max_page_count = {open.Connection.ExecuteInteger("PRAGMA page_count") + 2}");
            return true;
        }));
        List<Task<Result<Row>>> writes;

        using (new WriteLock(Path))
        {
            writes =
            [
                _table.UpdateAsync(1, """{"u": 5}""").AsTask(),
                _table.InsertAsync($$"""{"t": "{{new string('x', 100_000)}}"}""").AsTask(),
                _table.UpdateAsync(1, """{"u": 6}""").AsTask(),
            ];
        }

        Assert.Equal(["ok", ErrorCodes.StorageFull, "ok"], (await Task.WhenAll(writes)).Select(w => w.Code()));
        Assert.Equal([ChangeKind.Insert, ChangeKind.Update, ChangeKind.Update], (await ReadAsync()).Select(c => c.Kind));
    }

    [Fact]
    public async Task Records_and_log_are_of_one_transaction()
    {
        await TurnAsync(on: true);
        using var program = OpenFile();
        var writes = Task.WhenAll(Enumerable.Range(0, 1000).Select(u => Task.Run(() => _table.AddAsync($$"""{"u": {{u}}}"""))));

        do
        {
            Assert.Equal(0, program.Integer("SELECT (SELECT count(*) FROM items) - (SELECT count(*) FROM _nebula_changes)"));
        }
        while (!writes.IsCompleted);

        await writes;
        Assert.Equal(1000, program.Integer("SELECT count(*) FROM _nebula_changes"));
    }

    [Fact]
    public async Task It_stays_on_when_the_database_is_closed_and_opened()
    {
        await TurnAsync(on: true);
        await _table.AddAsync("""{"u": 1}""");

        await _storage.RestartAsync();
        _table = _table.Database.On(_storage.Services).Table("items");
        await _table.AddAsync("""{"u": 2}""");

        Assert.Equal([1L, 2], (await ReadAsync()).Select(c => c.Record.Value));
    }

    [Fact]
    public async Task Turned_off_it_writes_nothing_and_no_number_comes_twice()
    {
        await TurnAsync(on: true);
        await _table.AddAsync("""{"u": 1}""");
        await TurnAsync(on: false);
        await _table.AddAsync("""{"u": 2}""");
        await TurnAsync(on: true);
        await _table.AddAsync("""{"u": 3}""");

        Assert.Equal([(2L, 3L)], (await ReadAsync()).Select(c => (c.Sequence, c.Record.Value)));
    }

    [Fact]
    public async Task The_oldest_entries_go_when_new_ones_come()
    {
        await TurnAsync(on: true);
        await _table.AddAsync("""{"u": 1}""");
        using (var program = OpenFile())
            program.Run($"UPDATE sqlite_sequence SET seq = {ChangeLog.Retention} WHERE name = '_nebula_changes'");

        await _table.AddAsync("""{"u": 2}""");

        Assert.Equal([ChangeLog.Retention + 1], (await ReadAsync()).Select(c => c.Sequence));
    }

    private string Path => _storage.PathOf(_table.Database.Database);

    private OtherProgram OpenFile() => new(Path);

    private Task<T> InsideAsync<T>(Func<OpenDatabase, T> look) => _storage.InsideAsync(_table.Database.Database, look);

    private async Task TurnAsync(bool on)
    {
        using var lease = await _storage.Storage.Pool.LeaseAsync(_table.Database.Id, Ct).Succeeds();
        await lease.Database.Writer.RunAsync(new Turn(lease.Database.Log, on)).Succeeds();
    }

    private Task<IReadOnlyList<RecordChange>> ReadAsync(long after = 0, int limit = 5000) => InsideAsync(open =>
    {
        IReadOnlyList<RecordChange> entries = [];
        open.RunExclusive(() =>
        {
            entries = ChangeLog.Read(open.Connection, after, limit);
            return true;
        });
        return entries;
    });

    private sealed class Turn(ChangeLog log, bool on) : WriteOperation<bool>(null, Ct)
    {
        public override bool RunsAlone => true;

        public override bool IsMultiStatement => true;

        public override Error? Execute(WriteContext context)
        {
            if (on)
                log.TurnOn();
            else
                log.TurnOff();
            return null;
        }

        protected override bool Value() => on;
    }
}
