using Nebula.Ladder.Builds;
using Nebula.Ladder.Load;

namespace Nebula.Ladder.Measuring;

/// <summary>
/// Measures steps again and again in turns, A B C A B C, so that a slow minute of the machine falls on all levels and their ratios stay fair.
/// What other programs disturbed in every round gets further ones.
/// </summary>
internal sealed class Rounds(LadderOptions options, Figures figures)
{
    /// <summary>Of the machine's processors, in other programs' hands.</summary>
    private const double Disturbed = 0.08;

    /// <summary>Once before the first round; the just-in-time compiler needs longer to make its best code.</summary>
    private TimeSpan WarmUp => TimeSpan.FromSeconds(figures.Build == Build.Native ? 1 : 4);

    public async Task MeasureAsync(IReadOnlyList<Step> steps, CancellationToken ct)
    {
        foreach (var step in steps)
        {
            await step.Requests.ProbeAsync(step.Server, ct);
            await Wrk.RunAsync(step.Server, step.Requests, Of(step).Max(), WarmUp, ct);
            step.Server.CutLog();
        }

        var turns = Turns(steps);
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var (step, connections) in turns)
                await MeasureAsync(step, connections, $"round {round}", ct);
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var (step, connections) in turns.Where(turn => !turn.Step.HasOthers && figures.OthersShare(turn.Step.Row, turn.Connections) > Disturbed))
                await MeasureAsync(step, connections, $"further round {round}", ct);
        }
    }

    private List<(Step Step, int Connections)> Turns(IReadOnlyList<Step> steps) =>
        [.. steps.SelectMany(Of).Distinct().Order().SelectMany(connections => steps.Where(step => Of(step).Contains(connections)).Select(step => (step, connections)))];

    private async Task MeasureAsync(Step step, int connections, string round, CancellationToken ct)
    {
        var load = await Wrk.RunAsync(step.Server, step.Requests, connections, options.Duration, ct);
        step.Server.CutLog();
        figures.Add(step.Row, connections, load);
        await Console.Error.WriteLineAsync(
            $"{figures.Build}, {round}: {step.Row.Level} {step.Row.Title}, {connections} connections: {load.PerSecond:F0}/s, {load.CpuMicroseconds:F0} µs of CPU each, others took {load.OthersShare:P0}");
    }

    private IReadOnlyList<int> Of(Step step) => step.Connections ?? options.Connections;
}
