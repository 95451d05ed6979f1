using System.Buffers.Binary;
using Nebula.Core.Records;

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

    /// <summary>Appends a scaled integer as the server takes it, with its length before it.</summary>
    public static void Write(Utf8Buffer buffer, long scaled, int scale)
    {
        // Digits stand to both sides of the point, so that what is behind it has to fill them.
        var pad = (4 - (scale % 4)) % 4;
        var value = (UInt128)Int128.Abs(scaled);
        for (var i = 0; i < pad; i++)
            value *= 10;
        var behind = (scale + pad) / 4;

        Span<short> digits = stackalloc short[MaxDigits];
        var count = 0;
        for (; value > 0; value /= 10_000)
            digits[count++] = (short)(value % 10_000); // the last one first
        var zeros = 0;
        while (zeros < count && digits[zeros] == 0)
            zeros++;

        var written = count - zeros;
        var length = HeaderLength + (2 * written);
        var wire = buffer.GetSpan(sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(wire, length);
        BinaryPrimitives.WriteInt16BigEndian(wire[4..], (short)written);
        BinaryPrimitives.WriteInt16BigEndian(wire[6..], (short)(written == 0 ? 0 : count - behind - 1));
        BinaryPrimitives.WriteInt16BigEndian(wire[8..], (short)(scaled < 0 ? Negative : Positive));
        BinaryPrimitives.WriteInt16BigEndian(wire[10..], (short)scale);
        for (var i = 0; i < written; i++)
            BinaryPrimitives.WriteInt16BigEndian(wire[(12 + (2 * i))..], digits[count - 1 - i]);
        buffer.Advance(sizeof(int) + length);
    }
}
