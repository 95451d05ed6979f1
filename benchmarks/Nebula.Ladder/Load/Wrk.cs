using System.Diagnostics;
using System.Globalization;
using Nebula.Ladder.Servers;

namespace Nebula.Ladder.Load;

/// <summary>Runs <c>wrk</c> against a server. Its two threads share the machine's cores with the server.</summary>
internal static class Wrk
{
    private const int Threads = 2;
    private const string Figures = "figures ";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static async Task<LoadFigures> RunAsync(Server server, RequestFile requests, int connections, TimeSpan duration, CancellationToken ct)
    {
        var (cpu, own, machine, watch) = (server.Cpu, ProcessFigures.OwnCpu(), ProcessFigures.MachineCpu(), Stopwatch.StartNew());
        var output = await RunAsync(
            [
                "-t", Text(Math.Min(Threads, connections)), "-c", Text(connections), "-d", Text((int)Math.Ceiling(duration.TotalSeconds)) + "s", "--timeout", "20s",
                "-s", Path.Combine(AppContext.BaseDirectory, "Load", "requests.lua"), $"http://127.0.0.1:{server.Port}", "--", requests.Path,
            ],
            duration + _patience,
            ct);
        (cpu, own, machine) = (server.Cpu - cpu, ProcessFigures.OwnCpu() - own, ProcessFigures.MachineCpu() - machine);
        var others = Math.Clamp((machine - cpu - own) / (watch.Elapsed * Environment.ProcessorCount), 0, 1);

        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith(Figures, StringComparison.Ordinal))
            ?? throw new LadderException($"wrk said no figures:\n{output}");
        var f = line[Figures.Length..].Split(' ').Select(figure => long.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        var (answered, microseconds) = (f[0], f[1]);
        if (f[2..7].Any(errors => errors > 0))
        {
            throw new LadderException(
                $"{requests.First.Method} {requests.First.Path}: of {answered} answers {f[5]} were errors; failed to connect {f[2]}, read {f[3]}, write {f[4]}, timed out {f[6]}.");
        }

        return answered == 0
            ? throw new LadderException($"{requests.First.Method} {requests.First.Path} was never answered.")
            : new LoadFigures(
                answered, answered * 1e6 / microseconds, Microseconds(f[7]), Microseconds(f[8]), Microseconds(f[9]), cpu.TotalMicroseconds / answered,
                server.ResidentMegabytes, (cpu + own).TotalMicroseconds / answered, others);
    }

    private static async Task<string> RunAsync(IReadOnlyList<string> arguments, TimeSpan patience, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })
            ?? throw new LadderException("wrk did not start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? output : throw new LadderException($"wrk ended with {process.ExitCode}:\n{output}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new LadderException($"wrk did not end within {patience.TotalSeconds} s.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static TimeSpan Microseconds(long count) => TimeSpan.FromMicroseconds(count);
}
