using System.Buffers.Binary;

namespace Nebula.Storage.Postgres.Values;

/// <summary>
/// PostgreSQL's numbers of any size as the server sends them: digits to the base of 10,000, the power of the first one, a sign, and how many decimal places are shown. Source:
/// numeric_send in https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/numeric.c.
/// </summary>
internal static class WireNumeric
{
    private const int HeaderLength = 8;
    private const int Positive = 0x0000;
    private const int Negative = 0x4000;

    /// <summary>More digits than 64 bits hold even where the last ones are behind the point.</summary>
    private const int MaxDigits = 8;

    /// <summary>The number as an integer scaled by its own decimal places, which for a column are those that it declares. False beyond 64 bits, and for what is no number.</summary>
    public static bool TryRead(ReadOnlySpan<byte> wire, out long scaled)
    {
        scaled = 0;
        var digits = BinaryPrimitives.ReadInt16BigEndian(wire);
        var weight = BinaryPrimitives.ReadInt16BigEndian(wire[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(wire[4..]);
        var scale = BinaryPrimitives.ReadInt16BigEndian(wire[6..]);
        if (sign is not (Positive or Negative) || digits > MaxDigits)
            return false;

        Int128 value = 0;
        for (var i = 0; i < digits; i++)
            value = (value * 10_000) + BinaryPrimitives.ReadInt16BigEndian(wire[(HeaderLength + (2 * i))..]);
        for (var exponent = scale - (4 * (digits - 1 - weight)); exponent != 0 && value != 0; exponent += exponent > 0 ? -1 : 1)
        {
            value = exponent > 0 ? value * 10 : value / 10; // zeros only: no digit stands behind the places that are shown
            if (value > ulong.MaxValue && exponent > 0)
                return false;
        }

        if (sign == Negative)
            value = -value;
        scaled = (long)value;
        return value == scaled;
    }
}
