using System.Globalization;

namespace Nebula.Core.Records;

/// <summary>Decimals as text and as the scaled integers that are kept: 12.30 with two digits behind the point is 1230. Exact; no double is involved.</summary>
public static class DecimalText
{
    public const int MaxPrecision = 18;

    /// <summary>What came of reading.</summary>
    public enum Outcome
    {
        Read,
        NotANumber,

        /// <summary>More digits behind the point than the scale has room for, zeros at the end not counted.</summary>
        TooManyDigits,

        /// <summary>More digits before the point than there is room for.</summary>
        OutOfRange,
    }

    /// <summary>Reads a number as JSON writes it: <c>12.3</c>, <c>-4</c>, <c>1.5e3</c>.</summary>
    public static Outcome TryRead(ReadOnlySpan<char> text, int precision, int scale, out long scaled)
    {
        scaled = 0;
        var isNegative = text is ['-', ..];
        var rest = isNegative ? text[1..] : text;
        var exponentAt = rest.IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? rest : rest[..exponentAt];
        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? default : mantissa[(point + 1)..];
        if (whole.IsEmpty || whole.ContainsAnyExceptInRange('0', '9') || (point >= 0 && (fraction.IsEmpty || fraction.ContainsAnyExceptInRange('0', '9'))))
            return Outcome.NotANumber;
        var exponent = 0;
        if (exponentAt >= 0 && !TryReadExponent(rest[(exponentAt + 1)..], out exponent))
            return Outcome.NotANumber;

        // The digits d with the point after `at` of them, leading and trailing zeros dropped.
        var digits = string.Concat(whole, fraction);
        var at = whole.Length + exponent;
        var leading = digits.Length - digits.AsSpan().TrimStart('0').Length;
        var end = digits.AsSpan().TrimEnd('0').Length;
        if (leading >= end)
            return Outcome.Read; // zero
        if (end - at > scale)
            return Outcome.TooManyDigits;
        if (at - leading > precision - scale)
            return Outcome.OutOfRange;
        for (var i = leading; i < at + scale; i++)
            scaled = scaled * 10 + (i >= 0 && i < end ? digits[i] - '0' : 0);
        if (isNegative)
            scaled = -scaled;
        return Outcome.Read;
    }

    /// <summary>Writes the number with all digits of its scale, as answers have it: at most 21 characters.</summary>
    public static int Write(long scaled, int scale, Span<byte> utf8)
    {
        var length = 0;
        if (scaled < 0)
            utf8[length++] = (byte)'-';
        var magnitude = scaled < 0 ? 0UL - (ulong)scaled : (ulong)scaled;
        var power = 1UL;
        for (var i = 0; i < scale; i++)
            power *= 10;
        var (whole, fraction) = Math.DivRem(magnitude, power);
        whole.TryFormat(utf8[length..], out var written, default, CultureInfo.InvariantCulture);
        length += written;
        if (scale == 0)
            return length;
        utf8[length++] = (byte)'.';
        for (var i = scale - 1; i >= 0; i--)
        {
            utf8[length + i] = (byte)('0' + fraction % 10);
            fraction /= 10;
        }

        return length + scale;
    }

    public static string ToText(long scaled, int scale)
    {
        Span<byte> utf8 = stackalloc byte[24];
        return System.Text.Encoding.ASCII.GetString(utf8[..Write(scaled, scale, utf8)]);
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        var digits = text is ['-' or '+', ..] ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        digits = digits.TrimStart('0');

        // Far beyond any number that fits; capping it changes no outcome.
        exponent = digits.Length > 5 ? 100_000 : digits.IsEmpty ? 0 : int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (text[0] == '-')
            exponent = -exponent;
        return true;
    }
}
