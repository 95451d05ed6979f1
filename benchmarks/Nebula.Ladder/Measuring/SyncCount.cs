using System.Globalization;
using Nebula.Ladder.Load;
using Nebula.Ladder.Servers;

namespace Nebula.Ladder.Measuring;

/// <summary>
/// How many writes share one sync of the disk. Measured apart from the rest, because a traced process is slower: the filter of <c>strace</c> stops
/// it at its syncs only, but that makes a sync take longer, and more writes gather behind it.
/// </summary>
internal static class SyncCount
{
    public static async Task<double> WritesPerSyncAsync(
        Func<string, Task<Server>> startTraced, RequestFile requests, string trace, int connections, TimeSpan duration, CancellationToken ct)
    {
        DateTimeOffset from, to;
        LoadFigures load;
        await using (var server = await startTraced(trace))
        {
            // Opens the database and its files, whose syncs are not those of writes.
            await requests.ProbeAsync(server, ct);
            from = TimeProvider.System.GetUtcNow();
            load = await Wrk.RunAsync(server, requests, connections, duration, ct);
            to = TimeProvider.System.GetUtcNow();
        }

        var syncs = File.ReadLines(trace).Count(line => IsSync(line) && Time(line) is { } at && at >= from && at <= to);
        return syncs > 0 ? (double)load.Requests / syncs : throw new LadderException("strace saw no sync during the writes.");
    }

    // "27003 1795489476.572762 fdatasync(3)    = 0", or "<unfinished ...>" and "<... fdatasync resumed>", of which only the first has the parenthesis.
    private static bool IsSync(string line) => line.Contains("sync(", StringComparison.Ordinal);

    private static DateTimeOffset? Time(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var time, ..] && double.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}
