using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Nebula.Storage.Tests.Support;

/// <summary>Random values of the column types, few enough that they repeat, and what a naive reader makes of them.</summary>
public static class Values
{
    private static readonly string[] _texts =
        ["", "a", "A", "b", "B", "ab", "aB", "10", "9", " ", "null", "%", "_", "'", "\"", "\\", "\u00e9", "e\u0301", "\u00df", "SS", "\u65e5\u672c", "\uffff", "\U0001f600", "\u0001"];

    private static readonly long[] _integers = [0, 1, -1, 2, 10, 9, long.MaxValue, long.MinValue, 1L << 53, (1L << 53) + 1];

    private static readonly double[] _reals = [0, 0.1, -0.1, 1, 1.5, 1e300, -1e300, 5e-324, 3, 9007199254740993];

    private static readonly string[] _blobs = ["", "AA==", "AAA=", "/w==", "/wA=", "YWI="];

    /// <summary>A value as JSON; null for a null now and then.</summary>
    public static JsonNode? Next(Random random, string type)
    {
        if (random.Next(6) == 0)
            return null;
        return type switch
        {
            "INTEGER" => JsonValue.Create(_integers[random.Next(_integers.Length)]),
            "REAL" => JsonValue.Create(_reals[random.Next(_reals.Length)]),
            "BLOB" => JsonValue.Create(_blobs[random.Next(_blobs.Length)]),
            "BOOLEAN" => JsonValue.Create(random.Next(2) == 1),
            _ => JsonValue.Create(_texts[random.Next(_texts.Length)]),
        };
    }

    /// <summary>A value as it stands in a query string.</summary>
    public static string ToQuery(JsonNode value, string type) => type switch
    {
        "INTEGER" => value.GetValue<long>().ToString(CultureInfo.InvariantCulture),
        "REAL" => value.GetValue<double>().ToString("R", CultureInfo.InvariantCulture),
        "BOOLEAN" => value.GetValue<bool>() ? "true" : "false",
        _ => value.GetValue<string>(),
    };

    /// <summary>Orders as every engine must: nulls first, numbers by value, texts and blobs by their bytes.</summary>
    public static int Compare(JsonNode? a, JsonNode? b, string type)
    {
        if (a is null || b is null)
            return (a is null ? 0 : 1) - (b is null ? 0 : 1);
        return type switch
        {
            "INTEGER" => a.GetValue<long>().CompareTo(b.GetValue<long>()),
            "REAL" => a.GetValue<double>().CompareTo(b.GetValue<double>()),
            "BOOLEAN" => a.GetValue<bool>().CompareTo(b.GetValue<bool>()),
            "BLOB" => Convert.FromBase64String(a.GetValue<string>()).AsSpan().SequenceCompareTo(Convert.FromBase64String(b.GetValue<string>())),
            _ => Encoding.UTF8.GetBytes(a.GetValue<string>()).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.GetValue<string>())),
        };
    }
}
