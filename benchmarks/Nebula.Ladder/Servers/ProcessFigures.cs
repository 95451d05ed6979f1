using System.Globalization;

namespace Nebula.Ladder.Servers;

/// <summary>What the kernel counts: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.</summary>
internal static class ProcessFigures
{
    /// <summary>USER_HZ, which Linux has fixed at 100 towards programs.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Time on a processor, in user and kernel mode, of all threads.</summary>
    public static TimeSpan Cpu(int pid) => Ticks(Stat($"{pid}")[11..13]);

    /// <summary>The same of this process and of those it started that have ended.</summary>
    public static TimeSpan OwnCpu() => Ticks(Stat("self")[11..15]);

    /// <summary>Time that the processors of the machine spent on anything, or were taken from it by its host.</summary>
    public static TimeSpan MachineCpu()
    {
        // "cpu  user nice system idle iowait irq softirq steal guest guest_nice"; the last two are in the first two already.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Ticks([.. fields[1..4], .. fields[6..9]]);
    }

    public static double ResidentMegabytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }

    private static string[] Stat(string process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        // The name in parentheses may hold anything; after it come the fields from the third on.
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static TimeSpan Ticks(IEnumerable<string> fields) => TimeSpan.FromSeconds(fields.Sum(Number) / TicksPerSecond);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
