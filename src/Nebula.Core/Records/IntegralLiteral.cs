namespace Nebula.Core.Records;

/// <summary>Reads JSON numbers that are whole, however they are written: <c>30</c>, <c>30.0</c>, <c>3e1</c>; exactly, without a detour through a double.</summary>
internal static class IntegralLiteral
{
    /// <summary>What came of reading.</summary>
    public enum Outcome
    {
        Whole,
        NotWhole,
        OutOfRange,
    }

    /// <param name="literal">A number that is valid JSON.</param>
    public static Outcome Read(ReadOnlySpan<byte> literal, out long value)
    {
        if (System.Buffers.Text.Utf8Parser.TryParse(literal, out value, out var consumed) && consumed == literal.Length)
            return Outcome.Whole;

        value = 0;
        var isNegative = literal[0] == '-';
        if (isNegative)
            literal = literal[1..];
        var exponentAt = literal.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponentAt < 0 ? literal : literal[..exponentAt];
        var point = mantissa.IndexOf((byte)'.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? [] : mantissa[(point + 1)..].TrimEnd((byte)'0');
        if (whole.TrimStart((byte)'0').IsEmpty && fraction.IsEmpty)
            return Outcome.Whole; // zero, whatever its exponent
        var exponent = exponentAt < 0 ? 0L : ReadExponent(literal[(exponentAt + 1)..]);

        // Digits d with the point after `scale` of them: whole when no digit but zeros is left behind the point.
        Span<byte> digits = whole.Length + fraction.Length <= 256 ? stackalloc byte[whole.Length + fraction.Length] : new byte[whole.Length + fraction.Length];
        whole.CopyTo(digits);
        fraction.CopyTo(digits[whole.Length..]);
        var scale = whole.Length + exponent;
        var significant = digits.TrimEnd((byte)'0').Length;
        if (significant > scale)
            return Outcome.NotWhole;
        var leading = digits.Length - digits.TrimStart((byte)'0').Length;
        if (scale - leading > 19)
            return Outcome.OutOfRange;

        UInt128 magnitude = 0;
        for (var i = leading; i < scale; i++)
            magnitude = magnitude * 10 + (uint)(i < digits.Length ? digits[i] - '0' : 0);
        if (magnitude > (isNegative ? (UInt128)1 << 63 : long.MaxValue))
            return Outcome.OutOfRange;
        value = isNegative ? (long)-(Int128)magnitude : (long)magnitude;
        return Outcome.Whole;
    }

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        // Larger than any number of digits that fit into memory, so that capping it changes no outcome.
        const long Cap = 1L << 40;
        var isNegative = text[0] == '-';
        var magnitude = 0L;
        foreach (var digit in text[(text[0] is (byte)'-' or (byte)'+' ? 1 : 0)..])
            magnitude = Math.Min(magnitude * 10 + (digit - '0'), Cap);
        return isNegative ? -magnitude : magnitude;
    }
}
