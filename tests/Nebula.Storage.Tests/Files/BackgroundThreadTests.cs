using System.Globalization;
using Nebula.Storage.Files;

namespace Nebula.Storage.Tests.Files;

public sealed class BackgroundThreadTests
{
    [Fact]
    public async Task What_follows_each_wait_runs_on_the_same_thread()
    {
        var ct = TestContext.Current.CancellationToken;
        var threads = await BackgroundThread.RunAsync(async () =>
        {
            var seen = new List<int> { Environment.CurrentManagedThreadId };
            for (var i = 0; i < 5; i++)
            {
                await Task.Delay(1, ct);
                seen.Add(Environment.CurrentManagedThreadId);
                await Task.Yield();
                seen.Add(Environment.CurrentManagedThreadId);
            }

            return seen;
        });

        Assert.Single(threads.Distinct());
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
    }

    [Fact]
    public async Task It_gives_way_to_other_threads_and_no_other_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a priority is that of a whole process.");

        Assert.Equal(5, await BackgroundThread.RunAsync(Niceness));

        Assert.Equal(0, await Task.Run(Niceness, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Faults_and_cancellation_reach_who_asked()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThread.RunAsync((Func<int>)(() => throw new InvalidDataException("no"))));
        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThread.RunAsync<int>(async () =>
        {
            await Task.Yield();
            throw new InvalidDataException("no");
        }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackgroundThread.RunAsync(async () =>
        {
            await Task.Delay(Timeout.Infinite, cancelled.Token);
            return 0;
        }));
    }

    [Fact]
    public async Task What_the_work_did_not_wait_for_goes_on_elsewhere()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (left, thread) = await BackgroundThread.RunAsync(() => Task.FromResult((LeaveAsync(ended.Task), Environment.CurrentManagedThreadId)));

        ended.SetResult();

        Assert.NotEqual(thread, await left);
    }

    private static async Task<int> LeaveAsync(Task ended)
    {
        await ended;
        return Environment.CurrentManagedThreadId;
    }

    /// <summary>Of the calling thread: the 19th figure of its status.</summary>
    private static int Niceness()
    {
        var status = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
