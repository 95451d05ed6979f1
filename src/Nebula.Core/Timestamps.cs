using System.Globalization;

namespace Nebula.Core;

/// <summary>Times as Nebula writes them everywhere: RFC 3339, UTC, milliseconds, 24 characters, so that text order is time order.</summary>
public static class Timestamps
{
    /// <summary>The length of a formatted time, in characters and in UTF-8 bytes.</summary>
    public const int Length = 24;

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string ToText(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Writes the 24 bytes of a time.</summary>
    public static void Write(DateTimeOffset time, Span<byte> utf8)
    {
        // Formats without a culture or a pattern parse: this runs on every write.
        var t = time.UtcDateTime;
        Digits(utf8, 0, 4, t.Year);
        utf8[4] = (byte)'-';
        Digits(utf8, 5, 2, t.Month);
        utf8[7] = (byte)'-';
        Digits(utf8, 8, 2, t.Day);
        utf8[10] = (byte)'T';
        Digits(utf8, 11, 2, t.Hour);
        utf8[13] = (byte)':';
        Digits(utf8, 14, 2, t.Minute);
        utf8[16] = (byte)':';
        Digits(utf8, 17, 2, t.Second);
        utf8[19] = (byte)'.';
        Digits(utf8, 20, 3, t.Millisecond);
        utf8[23] = (byte)'Z';
    }

    /// <summary>
    /// Reads a time in any form that Nebula or its predecessor has stored: RFC 3339 with any fraction, or SQLite's
    /// <c>YYYY-MM-DD HH:MM:SS</c>. Without an offset it is UTC.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    private static void Digits(Span<byte> utf8, int at, int count, int value)
    {
        for (var i = at + count - 1; i >= at; i--)
        {
            utf8[i] = (byte)('0' + value % 10);
            value /= 10;
        }
    }
}
