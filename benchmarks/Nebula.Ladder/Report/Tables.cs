using System.Globalization;
using System.Text;
using Nebula.Ladder.Builds;
using Nebula.Ladder.Measuring;

namespace Nebula.Ladder.Report;

/// <summary>The figures of a run as markdown.</summary>
internal static class Tables
{
    private const string NotMeasured = "not measured yet";
    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    /// <param name="isWhole">Whether the run was to measure everything, so that what is missing is named.</param>
    public static string Write(LadderOptions options, IReadOnlyList<Figures> builds, DateOnly today, bool isWhole)
    {
        var text = new StringBuilder();
        Line(text, $"{today:yyyy-MM-dd}, {Machine.Describe()}; client and server on it together. Best of {options.Rounds} rounds of {options.Duration.TotalSeconds:F0} s.");
        if (builds[0] is { RecordBytes: { } record, ListBytes: { } list, ListSomeBytes: { } some })
            Line(text, $"A record is {record} bytes, a list of 100 {list / 1000.0:F1} KB, with six fields {some / 1000.0:F1} KB.");
        Line(text, $"");
        WriteGoals(text, builds, isWhole);
        Line(text, $"");
        WriteFigures(text, builds, isWhole);
        return text.ToString();
    }

    private static void WriteGoals(StringBuilder text, IReadOnlyList<Figures> builds, bool isWhole)
    {
        Line(text, $"| at 64 connections | goal | {string.Join(" | ", builds.Select(figures => $"{Name(figures)} | by CPU"))} |");
        Line(text, $"|---|---|{string.Concat(builds.Select(_ => "---|---|"))}");
        foreach (var goal in Goal.All.Where(goal => isWhole || builds.Any(figures => goal.Measure(figures) is not null)))
        {
            var target = goal.Target is { } number ? $"{(goal.IsAtMost ? "≤" : "≥")} {number.ToString(number % 1 == 0 ? "F0" : goal.Format, _culture)}{goal.Unit}" : "";
            Line(text, $"| {goal.Title} | {target} | {string.Join(" | ", builds.Select(figures => $"{Cell(goal, figures)} | {goal.MeasureCpu?.Invoke(figures)?.ToString("F2", _culture)}"))} |");
        }
    }

    private static void WriteFigures(StringBuilder text, IReadOnlyList<Figures> builds, bool isWhole)
    {
        Line(text, $"| workload | level | build | connections | per second | lowest round | p50 ms | p99 ms | p99.9 ms | server CPU µs each | RSS MB | others' CPU % |");
        Line(text, $"|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var row in Row.All)
        {
            foreach (var figures in builds)
            {
                var head = $"| {row.Title} | {row.Level} | {Name(figures)} |";
                var loads = figures.Of(row).ToList();
                foreach (var (connections, best) in loads)
                {
                    var f = best.Figures;
                    Line(
                        text,
                        $"{head} {connections} | {f.PerSecond:N0} | {best.LowestPerSecond:N0} | {f.P50.TotalMilliseconds:F2} | {f.P99.TotalMilliseconds:F2} | {f.P999.TotalMilliseconds:F2} | {f.CpuMicroseconds:N0} | {f.ResidentMegabytes:N0} | {f.OthersShare * 100:F0} |");
                }

                if (figures.Rate(row) is { } rate)
                    Line(text, $"{head} | {rate:N0} | | | | | | | |");
                else if (loads.Count == 0 && isWhole)
                    Line(text, $"{head} | {NotMeasured} | | | | | | | |");
            }
        }
    }

    private static string Cell(Goal goal, Figures figures)
    {
        if (goal.Measure(figures) is not { } measured)
            return NotMeasured;
        var text = measured.ToString(goal.Format, _culture) + goal.Unit;
        if (goal.Target is not { } target || (goal.IsNativeOnly && figures.Build != Build.Native))
            return text;
        return (goal.IsAtMost ? measured <= target : measured >= target) ? text + ", met" : text + ", **missed**";
    }

    private static string Name(Figures figures) => figures.Build == Build.Native ? "native" : "JIT";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(_culture)).Append('\n');
}
