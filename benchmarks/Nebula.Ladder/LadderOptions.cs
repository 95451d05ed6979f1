using System.Globalization;
using Nebula.Ladder.Builds;

namespace Nebula.Ladder;

/// <summary>What was asked for on the command line.</summary>
internal sealed record LadderOptions
{
    public const string Usage =
        """
        Measures Nebula beside what it is made of, on this machine, and prints the figures and their ratios as markdown.

        Usage: benchmarks/run [options]

          --native | --jit | --both   which builds; native if absent
          --seconds <n>               how long each measurement takes; 5 if absent
          --rounds <n>                how often each one is repeated, in turns; the best counts; 3 if absent
          --quick                     one round of 2 seconds, 64 connections only
          --only <workloads>          some of: in-process get list insert update query import copies postgres login mixed start syncs; separated by commas
          --server <directory>        a published Nebula to measure, instead of publishing one (not with --both)
          --no-server                 leave Nebula out: levels 0 to 3
          --directory <directory>     where the data goes; the system's temporary directory if absent
          --write                     put the tables into benchmarks/README.md
        """;

    private static readonly string[] _workloads = ["in-process", "get", "list", "insert", "update", "query", "import", "copies", "postgres", "login", "mixed", "start", "syncs"];

    public IReadOnlyList<Build> Builds { get; init; } = [Build.Native];

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    public int Rounds { get; init; } = 3;

    public IReadOnlyList<int> Connections { get; init; } = [16, 64];

    /// <summary>Empty means all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public string? ServerDirectory { get; init; }

    public bool HasServer { get; init; } = true;

    public string DataDirectory { get; init; } = Path.GetTempPath();

    public bool Write { get; init; }

    public bool Includes(string workload) => Only.Count == 0 || Only.Contains(workload);

    /// <summary>Throws <see cref="ArgumentException"/> with what is wrong.</summary>
    public static LadderOptions Parse(IReadOnlyList<string> args)
    {
        var options = new LadderOptions();
        var left = new Queue<string>(args);
        while (left.TryDequeue(out var option))
        {
            options = option switch
            {
                "--native" => options with { Builds = [Build.Native] },
                "--jit" => options with { Builds = [Build.Jit] },
                "--both" => options with { Builds = [Build.Native, Build.Jit] },
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(Number(left, option)) },
                "--rounds" => options with { Rounds = Number(left, option) },
                "--quick" => options with { Duration = TimeSpan.FromSeconds(2), Rounds = 1, Connections = [64] },
                "--only" => options with { Only = Workloads(Value(left, option)) },
                "--server" => options with { ServerDirectory = Path.GetFullPath(Value(left, option)) },
                "--no-server" => options with { HasServer = false },
                "--directory" => options with { DataDirectory = Path.GetFullPath(Value(left, option)) },
                "--write" => options with { Write = true },
                _ => throw new ArgumentException($"There is no option {option}."),
            };
        }

        if (options.ServerDirectory is not null && options.Builds.Count > 1)
            throw new ArgumentException("--server names one build: say --native or --jit, not --both.");
        return options;
    }

    private static string Value(Queue<string> left, string option) =>
        left.TryDequeue(out var value) ? value : throw new ArgumentException($"{option} needs a value after it.");

    private static int Number(Queue<string> left, string option) =>
        int.TryParse(Value(left, option), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 600
            ? number
            : throw new ArgumentException($"{option} takes a whole number from 1 to 600.");

    private static string[] Workloads(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(names, name => !_workloads.Contains(name)) is { } unknown
            ? throw new ArgumentException($"There is no workload {unknown}; there are: {string.Join(' ', _workloads)}.")
            : names;
    }
}
