using System.Globalization;
using Nebula.Storage.Files;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Files;

[Collection(nameof(AloneCollection))]
public sealed class BackgroundThreadTests
{
    /// <summary>As much of a name as Linux keeps.</summary>
    private const string Name = "nebula-backgrou";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_runs_in_order_on_one_thread()
    {
        using var thread = new BackgroundThread();
        var seen = new List<(int Work, int Thread)>();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => thread.RunAsync(() =>
        {
            seen.Add((n, Environment.CurrentManagedThreadId));
            return n;
        }, Ct)));

        Assert.Equal(Enumerable.Range(0, 50), seen.Select(s => s.Work));
        Assert.Single(seen.Select(s => s.Thread).Distinct());
    }

    [Fact]
    public async Task It_gives_way_to_other_threads_and_no_other_does()
    {
        OnLinux();
        var own = Niceness("/proc/thread-self");
        using var thread = new BackgroundThread();

        Assert.Equal(Math.Min(19, own + 5), await thread.RunAsync(() => Niceness("/proc/thread-self"), Ct));

        // Threads of the pool, more than there are, for what it waits for and for what waits for it.
        await thread.RunAsync(() => BackgroundThread.Await(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => Thread.Sleep(50), Ct)));
            return 0;
        }), Ct);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new byte[1_000_000], Ct);
        await using (var stream = new BackgroundStream(new BlockingStream(new BufferedStream(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.DeleteOnClose))), thread))
            await stream.CopyToAsync(Stream.Null, Ct);
        Assert.All(Directory.GetDirectories("/proc/self/task"), task => Assert.True(GivesWayToNone(task, own)));
    }

    [Fact]
    public async Task Faults_and_cancellation_reach_who_asked()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThread.RunOnceAsync<int>(() => throw new InvalidDataException("no"), Ct));
        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThread.RunOnceAsync(() => BackgroundThread.Await<int>(() => throw new InvalidDataException("no")), Ct));
        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackgroundThread.RunOnceAsync(() => BackgroundThread.Await(async () =>
        {
            await Task.Delay(Timeout.Infinite, cancelled.Token);
            return 0;
        }), Ct));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackgroundThread.RunOnceAsync(() => 1, cancelled.Token));
        Assert.Equal(cancelled.Token, ended.CancellationToken);
        Assert.Equal(1, await BackgroundThread.RunOnceAsync(() => 1, Ct)); // what hands it over goes on
    }

    [Fact]
    public async Task A_stream_is_the_same_however_it_is_read()
    {
        var content = new byte[300_000];
        new Random(1).NextBytes(content);
        using var thread = new BackgroundThread();
        using var read = new MemoryStream();

        await using (var stream = new BackgroundStream(new BlockingStream(new MemoryStream(content)), thread))
            await stream.CopyToAsync(read, 1000, Ct);

        Assert.Equal(content, read.ToArray());
    }

    /// <summary>True for those that are meant to, for the compiler's and the collector's, which end when they have nothing to do, and for one that has ended.</summary>
    private static bool GivesWayToNone(string task, int own)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).TrimEnd() is Name or ".NET Tiered Com" or ".NET BGC" || Niceness(task) <= own;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void OnLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a priority is that of a whole process.");

    /// <summary>The 19th figure of a thread's status.</summary>
    private static int Niceness(string task)
    {
        var status = File.ReadAllText(Path.Combine(task, "stat"));
        return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
