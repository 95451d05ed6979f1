namespace Nebula.Server.Options;

/// <summary>Finds the variables that look like Nebula's but are none: a misspelt name would otherwise be ignored in silence.</summary>
internal static class UnknownVariables
{
    private const string Prefix = "NEBULA_";

    public static IEnumerable<string> Warn(IEnumerable<string> names) =>
        from name in names
        where name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && KnownVariables.All.All(known => known.Name != name) && !name.StartsWith(PlacementVariables.Prefix, StringComparison.Ordinal)
        orderby name
        select Nearest(name) is { } nearest
            ? $"{name} is not a variable of Nebula and is ignored. Did you mean {nearest}?"
            : $"{name} is not a variable of Nebula and is ignored.";

    private static string? Nearest(string name)
    {
        var upper = name.ToUpperInvariant();
        var (nearest, distance) = KnownVariables.All
            // NEBULA_SERVER_PORT is SERVER_PORT with a prefix too many, not a name with seven mistakes.
            .Select(known => (known.Name, Distance: Math.Min(Distance(upper, known.Name), Distance(upper[Prefix.Length..], known.Name))))
            .MinBy(candidate => candidate.Distance);
        return distance <= nearest.Length / 3 ? nearest : null;
    }

    /// <summary>Levenshtein's distance: how many letters to add, leave out or replace.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
