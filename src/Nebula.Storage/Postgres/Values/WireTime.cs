using System.Buffers.Binary;
using Nebula.Core;

namespace Nebula.Storage.Postgres.Values;

/// <summary>
/// Days and moments between the forms of PostgreSQL's protocol (days and microseconds since the beginning of 2000) and the texts that Nebula keeps. By hand, because Npgsql takes the first day of
/// the calendar for minus infinity.
/// </summary>
internal static class WireTime
{
    /// <summary>More than there are in the calendar, and few enough that their ticks are a number of 64 bits.</summary>
    private const int MaxDays = 4_000_000;

    private static readonly DateTime _epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static int DaysOf(ReadOnlySpan<byte> utf8) => (int)(DayOf(utf8) - _epoch).TotalDays;

    public static long MicrosecondsOf(ReadOnlySpan<byte> utf8) =>
        (DayOf(utf8).Ticks - _epoch.Ticks) / TimeSpan.TicksPerMicrosecond + TimeOf(utf8);

    /// <summary>Writes <c>2026-11-23</c>; false for infinity, and beyond the calendar that Nebula has.</summary>
    public static bool TryWriteDay(ReadOnlySpan<byte> wire, Span<byte> utf8, out int written)
    {
        written = 0;
        Span<byte> moment = stackalloc byte[Timestamps.Length];
        var days = BinaryPrimitives.ReadInt32BigEndian(wire);
        if (days is < -MaxDays or > MaxDays || !TryWrite(days * TimeSpan.TicksPerDay, moment))
            return false;
        moment[..10].CopyTo(utf8);
        written = 10;
        return true;
    }

    /// <summary>Writes <c>2026-11-23T10:00:00.000Z</c>; false for infinity, and beyond the calendar that Nebula has.</summary>
    public static bool TryWriteMoment(ReadOnlySpan<byte> wire, Span<byte> utf8, out int written)
    {
        var microseconds = BinaryPrimitives.ReadInt64BigEndian(wire);
        written = Timestamps.Length;
        return Math.Abs((double)microseconds) < 1e18 && TryWrite(microseconds * TimeSpan.TicksPerMicrosecond, utf8);
    }

    private static bool TryWrite(long ticks, Span<byte> utf8)
    {
        var all = _epoch.Ticks + ticks;
        if (all < 0 || all > DateTime.MaxValue.Ticks)
            return false;
        Timestamps.Write(new DateTimeOffset(all, TimeSpan.Zero), utf8);
        return true;
    }

    private static DateTime DayOf(ReadOnlySpan<byte> utf8) => new(Number(utf8[..4]), Number(utf8[5..7]), Number(utf8[8..10]), 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Microseconds within the day.</summary>
    private static long TimeOf(ReadOnlySpan<byte> utf8) =>
        ((((((Number(utf8[11..13]) * 60L) + Number(utf8[14..16])) * 60) + Number(utf8[17..19])) * 1000) + Number(utf8[20..23])) * 1000;

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + (digit - '0');
        return number;
    }
}
