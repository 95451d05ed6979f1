using System.Buffers;
using System.Globalization;

namespace LoadSqlite.Plan;

/// <summary>Makes names of the file into names that Nebula takes: 1 to 63 ASCII letters, digits and underscores, different without case.</summary>
internal static class TargetNames
{
    private const int MaxLength = 63;

    private static readonly SearchValues<char> _allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    public static bool IsAllowed(string name) =>
        name.Length is >= 1 and <= MaxLength && !name.AsSpan().ContainsAnyExcept(_allowed) && !IsReserved(name);

    /// <summary>The new name of each. A name that is allowed stays, so the others give way to it.</summary>
    public static IReadOnlyDictionary<string, string> Map(IEnumerable<string> names, params string[] taken)
    {
        var used = new HashSet<string>(taken, StringComparer.OrdinalIgnoreCase);
        var mapped = new Dictionary<string, string>();
        foreach (var name in names.OrderBy(n => IsAllowed(n) ? 0 : 1))
        {
            var wanted = IsAllowed(name) && !used.Contains(name) ? name : Allowed(name, used);
            var free = wanted;
            for (var number = 2; !used.Add(free); number++)
                free = Shortened(wanted, $"_{number.ToString(CultureInfo.InvariantCulture)}");
            mapped.Add(name, free);
        }

        return mapped;
    }

    private static string Allowed(string name, HashSet<string> used)
    {
        var spelled = string.Concat(name.Select(c => _allowed.Contains(c) ? c : '_'));
        return Shortened(spelled.Length == 0 || IsReserved(spelled) || used.Contains(spelled) && IsAllowed(name) ? "source_" + spelled : spelled, "");
    }

    private static string Shortened(string name, string ending) => name[..Math.Min(name.Length, MaxLength - ending.Length)] + ending;

    private static bool IsReserved(string name) =>
        name.StartsWith("_nebula", StringComparison.OrdinalIgnoreCase) || name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase);
}
