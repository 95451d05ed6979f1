using Nebula.Core;
using Nebula.Storage.Sqlite.Writing;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.Writing;

/// <summary>An operation that has the writer for as long as a large import: what waits for it does not wait longer than for anything else.</summary>
public sealed class LongOperationTests : IAsyncLifetime
{
    private static readonly TimeSpan _writeTimeout = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan _atOnce = TimeSpan.FromSeconds(15); // on a machine that does much else

    private readonly ManualResetEventSlim _end = new(false);
    private RunningStorage _storage = null!; // set before each test
    private Tenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await RunningStorage.StartAsync(o => o with { WriteTimeout = _writeTimeout });
        _tenant = await _storage.Services.AddTenantAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _end.Set();
        await _storage.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task A_write_behind_it_is_refused_after_its_patience_and_does_not_happen()
    {
        var table = await _tenant.AddTableAsync("n INTEGER");
        var end = await BeginAsync(table);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => table.InsertAsync("""{"n": 1}""").AsTask())).WaitAsync(_atOnce, Ct);

        Assert.All(outcomes, o => Assert.NotNull(o.FailsWith(ErrorCodes.Busy).RetryAfter));
        Assert.False(_end.IsSet);
        await end();
        Assert.Equal(0, await table.TotalAsync());
        await table.AddAsync("""{"n": 2}""");
        Assert.Equal(1, await table.TotalAsync());
    }

    [Fact]
    public async Task A_write_behind_it_that_is_cancelled_ends_at_once()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { WriteTimeout = TimeSpan.FromMinutes(5) });
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        var end = await BeginAsync(table, storage);
        using var leaving = new CancellationTokenSource();
        var write = table.CancellableInsertAsync("""{"n": 1}""", leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(_atOnce, Ct));
        await end();
        Assert.Equal(0, await table.TotalAsync());
    }

    [Fact]
    public async Task A_list_whose_total_is_not_known_counts_itself()
    {
        await using var storage = await RunningStorage.StartAsync(o => o with { WriteTimeout = TimeSpan.FromMinutes(5) });
        var table = await (await storage.Services.AddTenantAsync()).AddTableAsync("n INTEGER");
        await table.AddAsync("""{"n": 1}""");
        await storage.RestartAsync(); // so that the total is not known
        table = table.Database.On(storage.Services).Table("items");
        var end = await BeginAsync(table, storage);

        Assert.Equal(1, await table.TotalAsync().WaitAsync(_atOnce, Ct));

        await end();
    }

    [Fact]
    public async Task Only_so_many_run_at_once_and_leave_threads_for_other_databases()
    {
        List<Func<Task>> ends = [];
        for (var i = 0; i < WriterThreads.MaxLongOperations; i++)
            ends.Add(await BeginAsync(await _tenant.AddTableAsync("n INTEGER")));
        var other = await _tenant.AddTableAsync("n INTEGER");

        var refused = await _storage.Storage.Pool.WriteLongAsync(other.Database.Id, new WriterWork(_ => { }, Ct), Ct).AsTask().WaitAsync(_atOnce, Ct);

        refused.FailsWith(ErrorCodes.Busy);
        await other.AddAsync("""{"n": 1}""");
        await Task.WhenAll(ends.Select(end => end()));
        await _storage.Storage.Pool.WriteLongAsync(other.Database.Id, new WriterWork(_ => { }, Ct), Ct).Succeeds();
    }

    /// <summary>Comes back once it runs, with what ends it.</summary>
    private async Task<Func<Task>> BeginAsync(TestTable table, RunningStorage? storage = null)
    {
        var isRunning = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = new WriterWork(_ =>
        {
            isRunning.SetResult();
            _end.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
        }, Ct);
        var task = (storage ?? _storage).Storage.Pool.WriteLongAsync(table.Database.Id, work, Ct).AsTask();
        await isRunning.Task.WaitAsync(_atOnce, Ct);
        return async () =>
        {
            _end.Set();
            await task.Succeeds();
        };
    }
}
