using System.Globalization;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>What the objects of histories are called: in the order of their names by bytes they are in the order of time.</summary>
internal static class HistoryNames
{
    /// <summary>The database that the metadata are, among those that have numbers.</summary>
    public const string Metadata = "metadata";

    /// <summary>Before the descriptions of all copies of files.</summary>
    public const string Bases = "wal/about/";

    private const string Root = "wal/";
    private const string EndName = "ended.json";
    private const char Later = '~';
    private const string TimeFormat = "yyyyMMdd't'HHmmssfff'z'";

    /// <summary>A generation that begins at a moment.</summary>
    /// <param name="before">The one that it follows, whose name is less; it may have begun later by a clock that was set back since.</param>
    public static string Generation(DateTimeOffset at, string? before)
    {
        var name = at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return string.CompareOrdinal(name, before) > 0 ? name : $"{before}{Later}";
    }

    /// <summary>When a generation began.</summary>
    public static DateTimeOffset TimeOf(string generation) =>
        DateTimeOffset.TryParseExact(generation.TrimEnd(Later), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : DateTimeOffset.UnixEpoch;

    public static string Segment(string database, string generation, long number) => $"{OfGeneration(database, generation)}{Digits(number)}";

    public static string Segment(WalSegment segment) => Segment(segment.Database, segment.Generation, segment.Number);

    /// <summary>The copy of a file.</summary>
    public static string Copy(string database, string generation, long number) => $"{OfGeneration(database, generation)}base-{Digits(number)}";

    /// <summary>The description of a copy. One that got another name without being written to has one for each.</summary>
    public static string About(HistoryCopy copy) => $"{AboutOf(copy.Database, copy.Generation, copy.Number)}{copy.From.ToUnixTimeMilliseconds().ToString("d15", CultureInfo.InvariantCulture)}.json";

    public static string AboutOf(string database) => $"{Bases}{database}/";

    /// <summary>Before the descriptions of the copies of one generation.</summary>
    public static string AboutOf(string database, string generation) => $"{AboutOf(database)}{generation}-";

    /// <summary>Before the descriptions of one copy.</summary>
    public static string AboutOf(string database, string generation, long number) => $"{AboutOf(database, generation)}{Digits(number)}-";

    /// <summary>The copy that a description of a database's is of; null for another name.</summary>
    public static (string Generation, long Number)? CopyOf(string about, string database) =>
        about[AboutOf(database).Length..].Split('-') is [var generation, var digits, _] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (generation, number) : null;

    /// <summary>Whose description it is, by its name.</summary>
    public static string DatabaseOf(string about) => about[Bases.Length..].Split('/')[0];

    public static string End(string database, string generation) => OfGeneration(database, generation) + EndName;

    public static string OfDatabase(string database) => $"{Root}{database}/";

    public static string OfGeneration(string database, string generation) => $"{OfDatabase(database)}{generation}/";

    /// <summary>The generation that an object belongs to, and its number; null for what has none.</summary>
    public static (string Generation, long? Number, bool IsCopy) Parse(string database, string name)
    {
        var parts = name[OfDatabase(database).Length..].Split('/', 2);
        var isCopy = parts[^1].StartsWith("base-", StringComparison.Ordinal);
        var number = long.TryParse(isCopy ? parts[^1]["base-".Length..] : parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : (long?)null;
        return (parts[0], number, isCopy);
    }

    private static string Digits(long number) => number.ToString("d10", CultureInfo.InvariantCulture);
}
