using System.Text.Json;

namespace Nebula.Storage.Tests.Support;

/// <summary>
/// What a fault test did and verified, for whoever runs many of them: a line of JSON in the file that <c>NEBULA_FAULT_REPORT</c> names, if it names one. Numbers of the same name are added up, those that begin with
/// <c>longest</c> or <c>slowest</c> are compared.
/// </summary>
public static class FaultReport
{
    private static readonly string? _path = Environment.GetEnvironmentVariable("NEBULA_FAULT_REPORT");
    private static readonly Lock _lock = new();

    /// <param name="fault">The row of the table in <c>tests/README.md</c>.</param>
    /// <param name="numbers">Each by what it counts: <c>acknowledged</c>, <c>lost</c>, <c>twice</c>, <c>integrity checks</c>, <c>servers killed</c>, <c>longest outage, ms</c>.</param>
    public static void Add(string fault, params IReadOnlyList<(string What, double Count)> numbers)
    {
        if (string.IsNullOrEmpty(_path))
            return;
        var line = new Dictionary<string, object> { ["fault"] = fault };
        foreach (var (what, count) in numbers)
            line[what] = Math.Round(count, 1);
        lock (_lock)
            File.AppendAllText(_path, JsonSerializer.Serialize(line) + "\n");
    }
}
