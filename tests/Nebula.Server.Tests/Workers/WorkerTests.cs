using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Core.Accounts;
using Nebula.Core.Auditing;
using Nebula.Core.Databases;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Server.Workers;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Workers;

/// <summary>Work in the background that fails leaves the server serving, and is done again.</summary>
public sealed class WorkerTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_that_ends_in_a_fault_leaves_the_server_serving()
    {
        await using var server = await TestServer.StartAsync([], services => services.AddHostedService<FailingWorker>());
        var life = server.Services.GetRequiredService<IHostApplicationLifetime>();
        var worker = server.Services.GetServices<IHostedService>().OfType<FailingWorker>().Single();

        worker.Fail();
        await Assert.ThrowsAsync<TimeoutException>(() => Task.Delay(Timeout.Infinite, life.ApplicationStopping).WaitAsync(TimeSpan.FromMilliseconds(500), Ct));

        (await server.Visitor.GetAsync("/ready")).ShouldBe(200);
        await server.Log.ShouldSayAsync("A fault of the program.", Ct);
    }

    [Fact]
    public async Task Old_entries_of_the_audit_log_are_removed_the_next_time_whatever_failed_in_it()
    {
        var clock = new ManualClock();
        using var store = new FailingStore(new OperationCanceledException("of something else"), new InvalidOperationException("a fault of the program"));
        using var sweeper = new AuditSweeper(store, TimeSpan.FromDays(30), clock, NullLogger<AuditSweeper>.Instance);

        await sweeper.StartAsync(Ct);
        for (var hour = 1; hour <= 2; hour++)
        {
            await store.AskedAsync(hour);
            clock.Advance(_hour);
        }

        await store.AskedAsync(3);
        Assert.False(sweeper.ExecuteTask?.IsCompleted);
        await sweeper.StopAsync(Ct);
    }

    private sealed class FailingWorker : BackgroundService
    {
        private readonly TaskCompletionSource _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail() => _fault.SetException(new InvalidOperationException("A fault of the program."));

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => _fault.Task;
    }

    /// <summary>Fails in each of these ways, one after the other, and finds nothing to remove then.</summary>
    private sealed class FailingStore(params Exception[] faults) : IAuditStore, IDisposable
    {
        private readonly SemaphoreSlim _asked = new(0);
        private int _times;

        /// <summary>Waits until it was asked once more, which is so often in all.</summary>
        public async Task AskedAsync(int times)
        {
            Assert.True(await _asked.WaitAsync(_patience, Ct));
            Assert.Equal(times, _times);
        }

        public ValueTask<int> RemoveOlderAsync(DateTimeOffset than, CancellationToken ct)
        {
            _times++;
            _asked.Release();
            return _times <= faults.Length ? throw faults[_times - 1] : new(0);
        }

        public void Dispose() => _asked.Dispose();

        public ValueTask<long> BeginAsync(AuditEvent what, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask EndAsync(long id, DatabaseId? made, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask RemoveAsync(long id, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<AuditEntry>> ListAsync(UserId owner, DatabaseName? database, long before, int limit, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<DateTimeOffset?> FindLastAsync(UserId owner, string action, DatabaseId? database, CancellationToken ct) => throw new NotSupportedException();
    }
}
