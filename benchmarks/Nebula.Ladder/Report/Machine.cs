using System.Runtime.InteropServices;

namespace Nebula.Ladder.Report;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
        return FormattableString.Invariant(
            $"{Environment.ProcessorCount} cores ({model ?? "unknown"}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:F0} GB, {RuntimeInformation.FrameworkDescription}");
    }
}
