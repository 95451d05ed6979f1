using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core.Databases;
using Nebula.Core.Databases.Moving;
using Nebula.Storage.Moving;
using Nebula.Storage.Postgres;
using Nebula.Storage.Postgres.Moving;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Moving;

/// <summary>A process that moves a database, is stopped for so long that another one takes the move over, and then goes on with what it knew.</summary>
public sealed class StaleMoverTests : IAsyncLifetime
{
    private PostgresDatabase? _metadata;
    private PostgresDatabase? _two;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PostgresDatabase Metadata => _metadata ?? throw new InvalidOperationException("Not started.");

    private PostgresDatabase Two => _two ?? throw new InvalidOperationException("Not started.");

    [Theory]
    [InlineData(MoveStage.Preparing)]
    [InlineData(MoveStage.Copying)]
    [InlineData(MoveStage.Indexing)]
    [InlineData(MoveStage.CatchingUp)]
    [InlineData(MoveStage.Verifying)]
    [InlineData(MoveStage.Switching)]
    [InlineData(MoveStage.Cleaning)]
    public async Task A_mover_that_was_taken_over_changes_nothing_when_it_goes_on_during_the_next_move(MoveStage at)
    {
        var clock = new StoppableClock();
        await using var stopped = await Replica.StartAsync(Metadata, Two, clock: clock);
        await using var other = await Replica.StartAsync(Metadata, Two);
        var database = await (await other.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER unique");
        var ledger = new List<long>();
        await AddAsync(table, ledger, 20);
        using var goOn = new ManualResetEventSlim();
        var hasStopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stale = Task.Run(async () => await stopped.Mover.MoveAsync(await CurrentAsync(stopped, database), TwoPlacements.Two, new Telling<MoveProgress>(step =>
        {
            if (step.Stage != at || hasStopped.Task.IsCompleted)
                return;
            clock.Stop();
            hasStopped.SetResult();
            goOn.Wait(Ct);
        }), Ct), Ct);
        await hasStopped.Task.WaitAsync(Ct);

        await other.TakeOverMovesAsync();
        await AddAsync(table, ledger, 5);
        await table.DeleteAsync(ledger[0]).Succeeds();
        var (to, copy) = at == MoveStage.Cleaning ? (PlacementName.Postgres, Metadata) : (TwoPlacements.Two, Two);
        var verifying = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var proceed = new ManualResetEventSlim();
        var next = Task.Run(async () => await other.Mover.MoveAsync(await CurrentAsync(other, database), to, new Telling<MoveProgress>(step =>
        {
            if (step.Stage == MoveStage.Verifying && verifying.TrySetResult())
                proceed.Wait(Ct);
        }), Ct), Ct);
        await verifying.Task.WaitAsync(Ct);
        await AddAsync(table, ledger, 5);
        clock.GoOn();
        goOn.Set();
        var outcome = await Eventually.Ends(stale);
        await AddAsync(table, ledger, 5);
        proceed.Set();

        (await next).Succeeds();
        await AddAsync(table, ledger, 5);
        Assert.Equal(at == MoveStage.Cleaning ? null : MoveRegistry.TakenOver, outcome.TryGet(out _, out var error) ? null : error);
        Assert.Equal(ledger[1..], await IdsAsync(copy, database));
        Assert.Empty(await (copy == Two ? Metadata : Two).ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));
        Assert.Empty(await copy.ColumnAsync("SELECT relname FROM pg_class WHERE relname LIKE '\\_nebula\\_mov%'", Ct));
        Assert.Empty(await Metadata.ColumnAsync("SELECT stage FROM nebula.moves", Ct));
    }

    [Fact]
    public async Task What_somebody_else_owns_by_now_is_neither_fenced_nor_opened_nor_dropped()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await using var server = new PostgresServer(new PostgresServerOptions(Metadata.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        await using var second = new PostgresServer(new PostgresServerOptions(Two.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        var isOwned = true;
        ValueTask Confirm(CancellationToken ct) => isOwned ? default : throw new MoveBrokenOffException("It is somebody else's.");
        await using var source = new PostgresMoveSource(server, database.Id, Confirm, TimeProvider.System);
        await using var target = new PostgresMoveTarget(second, database.Id, Confirm, TimeProvider.System);
        var schema = await source.BeginAsync(Ct);
        await target.CreateAsync(schema, Ct);
        isOwned = false;

        await RefusedAsync(async () => await source.FenceAsync(TimeSpan.FromSeconds(5), Ct));
        await table.AddAsync("""{"v": 1}""");
        isOwned = true;
        Assert.True(await source.FenceAsync(TimeSpan.FromSeconds(5), Ct));
        isOwned = false;

        await RefusedAsync(async () => await source.BeginAsync(Ct));
        await RefusedAsync(async () => await source.OpenAsync(Ct));
        await RefusedAsync(async () => await source.ReleaseAsync(Ct));
        await RefusedAsync(async () => await source.RemoveAsync(Ct));
        await RefusedAsync(async () => await target.CreateAsync(schema, Ct));
        await RefusedAsync(async () => await target.BeginAsync(Ct));
        await RefusedAsync(async () => await target.IndexAsync(schema, new Telling<int>(_ => { }), Ct));
        await RefusedAsync(async () => await target.FinishAsync(schema, new NextIds(1, new Dictionary<Core.Tables.TableId, long>()), () => true, Ct));
        await RefusedAsync(async () => await target.AdoptAsync(Ct));
        await RefusedAsync(async () => await target.DropAsync(Ct));

        Assert.StartsWith("-", Assert.Single(await Metadata.ColumnAsync($"SELECT version FROM db_{database.Id}._nebula_state", Ct)), StringComparison.Ordinal);
        Assert.Equal(["1"], await Metadata.ColumnAsync($"SELECT v FROM db_{database.Id}.items", Ct));
        Assert.Equal(["nebula: incoming"], await Two.ColumnAsync($"SELECT obj_description('db_{database.Id}'::regnamespace)", Ct));
    }

    [Fact]
    public async Task Who_takes_over_comes_after_what_the_former_owner_had_begun()
    {
        await using var replica = await Replica.StartAsync(Metadata, Two);
        var database = await (await replica.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("items", "v INTEGER");
        await using var server = new PostgresServer(new PostgresServerOptions(Metadata.ConnectionString), TimeProvider.System, NullLoggerFactory.Instance);
        var (asked, answered) = (new TaskCompletionSource(), new TaskCompletionSource());
        var isFencing = false;
        await using var former = new PostgresMoveSource(server, database.Id, async ct =>
        {
            if (!isFencing)
                return;
            asked.SetResult();
            await answered.Task.WaitAsync(ct); // stopped between the answer and what he does
        }, TimeProvider.System);
        await former.BeginAsync(Ct);
        isFencing = true;
        var fencing = former.FenceAsync(TimeSpan.FromSeconds(5), Ct).AsTask();
        await asked.Task.WaitAsync(Ct);

        await using var next = new PostgresMoveSource(server, database.Id, _ => default, TimeProvider.System);
        var releasing = next.ReleaseAsync(Ct).AsTask();
        await Eventually.IsTrue(() => Metadata.ColumnAsync("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", Ct).Result.Count == 1, "the next one waits");
        answered.SetResult();

        Assert.True(await Eventually.Ends(fencing));
        await releasing;
        await table.AddAsync("""{"v": 1}""");
    }

    public async ValueTask InitializeAsync()
    {
        var cluster = await PostgresCluster.SharedAsync();
        (_metadata, _two) = (await cluster.CreateDatabaseAsync(), await cluster.CreateDatabaseAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_metadata is not null)
            await _metadata.DisposeAsync();
        if (_two is not null)
            await _two.DisposeAsync();
    }

    private static async Task<Database> CurrentAsync(Replica replica, TestDatabase database) =>
        await replica.Services.DatabaseStore.FindAsync(database.Id, Ct) ?? throw new InvalidOperationException("It is gone.");

    private static async Task AddAsync(TestTable table, List<long> ledger, int count)
    {
        for (var i = 0; i < count; i++)
            ledger.Add((await table.AddAsync($$"""{"v": {{ledger.Count + 1000}}}""")).Id);
    }

    private static async Task<IEnumerable<long>> IdsAsync(PostgresDatabase server, TestDatabase database) =>
        (await server.ColumnAsync($"SELECT id FROM db_{database.Id}.items ORDER BY id", Ct)).Select(id => long.Parse(id, CultureInfo.InvariantCulture));

    private static async Task RefusedAsync(Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<MoveBrokenOffException>(act);
        Assert.Equal("It is somebody else's.", refused.Message);
    }
}
