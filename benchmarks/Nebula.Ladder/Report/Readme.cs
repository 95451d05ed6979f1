namespace Nebula.Ladder.Report;

/// <summary>Puts tables between the two markers of the page that describes the ladder.</summary>
internal static class Readme
{
    private const string Begin = "<!-- ladder: what stands from here to the end marker is written by benchmarks/run --write -->";
    private const string End = "<!-- ladder: end -->";

    public static void Write(string path, string tables)
    {
        var text = File.ReadAllText(path);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            throw new LadderException($"{path} lacks the markers of the tables.");
        File.WriteAllText(path, $"{text[..(begin + Begin.Length)]}\n{tables}{text[end..]}");
    }
}
