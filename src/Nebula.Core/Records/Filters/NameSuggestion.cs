namespace Nebula.Core.Records.Filters;

/// <summary>Finds what somebody may have meant by a name that is not there.</summary>
internal static class NameSuggestion
{
    private const int MaxEdits = 2;

    /// <summary>Whoever types this many letters of a name has not just typed any.</summary>
    private const int MinPrefix = 3;

    /// <summary>Longer names are not compared; the work is the product of both lengths.</summary>
    private const int MaxLength = 63;

    /// <summary><c>; did you mean 'name'?</c> for the nearest candidate, the first of equally near ones; empty if none is near.</summary>
    public static string For(string name, IEnumerable<string> candidates)
    {
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var edits = Distance(name, candidate);
            if (edits < least)
                (nearest, least) = (candidate, edits);
        }

        return nearest is null ? "" : $"; did you mean '{nearest}'?";
    }

    /// <summary>How many letters to add, drop or change, a beginning of the name counted as three; the largest number for what is not near.</summary>
    private static int Distance(string name, string candidate)
    {
        if (candidate.Length > MaxLength || name.Length > MaxLength)
            return int.MaxValue;
        var edits = Edits(name.ToUpperInvariant(), candidate.ToUpperInvariant());

        // Of a name of two letters any other one is two edits away.
        if (edits <= MaxEdits && edits < Math.Min(name.Length, candidate.Length))
            return edits;
        return name.Length >= MinPrefix && candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? MaxEdits + 1 : int.MaxValue;
    }

    private static int Edits(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MaxEdits)
            return MaxEdits + 1;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
