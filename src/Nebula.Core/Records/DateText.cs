using System.Globalization;

namespace Nebula.Core.Records;

/// <summary>Days and moments as text. Strict: nothing is guessed.</summary>
public static class DateText
{
    public const int DayLength = 10;

    private static readonly string[] _moments =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd",
    ];

    /// <summary>Whether it is a day that there is, as <c>2026-11-23</c>.</summary>
    public static bool IsDay(ReadOnlySpan<char> text) =>
        text.Length == DayLength && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>
    /// Reads a moment: RFC 3339, also with a space for the T, without seconds, or a day alone, which is its midnight. Offsets are converted, none is UTC. What lies behind
    /// the milliseconds is cut off.
    /// </summary>
    public static bool TryReadMoment(string text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        Shortened(text), _moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);

    /// <summary>With three digits of a longer fraction: the library takes seven at most.</summary>
    private static string Shortened(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
            return text;
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end - point > 8 ? string.Concat(text.AsSpan(0, point + 4), text.AsSpan(end)) : text;
    }
}
