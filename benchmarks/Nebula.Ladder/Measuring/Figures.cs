using Nebula.Ladder.Builds;
using Nebula.Ladder.Load;

namespace Nebula.Ladder.Measuring;

/// <summary>All that was measured of one build. What is null was not.</summary>
internal sealed class Figures(Build build)
{
    private readonly Dictionary<(Row Row, int Connections), Best> _loads = [];
    private readonly Dictionary<Row, double> _rates = [];
    private readonly Dictionary<Row, double> _perSync = [];

    public Build Build { get; } = build;

    public TimeSpan? ReadyAfter { get; set; }

    public double? IdleMegabytes { get; set; }

    public double? MegabytesPerOpenDatabase { get; set; }

    public int? RecordBytes { get; set; }

    public int? ListBytes { get; set; }

    public int? ListSomeBytes { get; set; }

    public void Add(Row row, int connections, LoadFigures figures) =>
        _loads[(row, connections)] = _loads.TryGetValue((row, connections), out var best) ? best.With(figures) : new Best(figures, figures.PerSecond);

    /// <summary>Keeps the best.</summary>
    public void AddRate(Row row, double perSecond) => _rates[row] = Math.Max(perSecond, Rate(row) ?? 0);

    public void AddWritesPerSync(Row row, double writes) => _perSync[row] = writes;

    public double? Rate(Row row) => _rates.TryGetValue(row, out var rate) ? rate : null;

    public double? WritesPerSync(Row row) => _perSync.TryGetValue(row, out var writes) ? writes : null;

    /// <summary>By number of connections.</summary>
    public IEnumerable<(int Connections, Best Best)> Of(Row row) =>
        _loads.Where(load => load.Key.Row == row).OrderBy(load => load.Key.Connections).Select(load => (load.Key.Connections, load.Value));

    /// <summary>How much of the machine other programs had in the best round so far.</summary>
    public double OthersShare(Row row, int connections) => _loads[(row, connections)].Figures.OthersShare;

    /// <summary>How one row's rate stands to another's.</summary>
    public double? Ratio(Row row, Row to, int connections) =>
        _loads.TryGetValue((row, connections), out var a) && _loads.TryGetValue((to, connections), out var b) ? a.Figures.PerSecond / b.Figures.PerSecond : null;

    /// <summary>The same by processor time, which other programs disturb far less: the ratio of the rates if the processors were all that bounds them.</summary>
    public double? CpuRatio(Row row, Row to, int connections) =>
        _loads.TryGetValue((row, connections), out var a) && _loads.TryGetValue((to, connections), out var b)
            ? b.Figures.TotalCpuMicroseconds / a.Figures.TotalCpuMicroseconds
            : null;
}
