using System.Globalization;

namespace Nebula.Server.Logging;

/// <summary>RFC 3339 in UTC with milliseconds.</summary>
internal static class Timestamp
{
    /// <summary>The length of <c>2026-11-24T10:00:00.000Z</c>.</summary>
    public const int Length = 24;

    /// <summary>The length of <c>2026-11-24T10:00:00.0000000Z</c>, with room for an offset.</summary>
    public const int LengthOfRoundTrip = 33;

    public static void Append(Utf8Buffer output, DateTime utc)
    {
        Format(output.GetSpan(LengthOfRoundTrip), utc);
        output.Advance(Length);
    }

    /// <summary>Needs room for <see cref="LengthOfRoundTrip"/> bytes and fills <see cref="Length"/> of them.</summary>
    public static void Format(Span<byte> output, DateTime utc)
    {
        // "O" has a fast path of its own and gives seven digits; a format of our own with three takes several times as long.
        utc.TryFormat(output, out _, "O", CultureInfo.InvariantCulture);
        output[Length - 1] = (byte)'Z';
    }
}
