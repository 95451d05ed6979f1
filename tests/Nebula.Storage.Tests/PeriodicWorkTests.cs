using Nebula.Core;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests;

public sealed class PeriodicWorkTests
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_goes_on_whatever_fails_in_it_and_says_what_failed()
    {
        var (clock, log) = (new ManualClock(), new RecordingLoggers());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var times = 0;
        var running = new PeriodicWork("Tidying", _interval, clock, log.CreateLogger("test")).RunAsync(
            _ => ++times switch
            {
                1 => throw new InvalidOperationException("a fault of the program"),
                2 => throw new OperationCanceledException("of something else"),
                3 => throw new UnavailableException(StorageErrors.Unavailable, new IOException()),
                _ => ValueTask.CompletedTask,
            },
            stop.Token);

        for (var round = 1; round <= 4; round++)
        {
            clock.Advance(_interval);
            await Eventually.IsTrue(() => times >= round, "it was done again");
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal(2, log.Lines.Count(m => m.Contains("Tidying failed", StringComparison.Ordinal)));
    }
}
