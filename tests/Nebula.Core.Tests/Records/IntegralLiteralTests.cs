using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using Nebula.Core.Records;

namespace Nebula.Core.Tests.Records;

/// <summary>Whole numbers as JSON writes them, read through a draft.</summary>
public sealed class IntegralLiteralTests
{
    private static readonly Gen<long> _longs = Gen.OneOf(
        Gen.Long,
        Gen.Int.Select(i => (long)i),
        Gen.Long[-20, 20],
        Gen.Int[0, 18].Select(i => (long)Math.Pow(10, i)),
        Gen.OneOf(0, long.MinValue, long.MaxValue));

    private static readonly Gen<BigInteger> _larger = Gen.Select(Gen.ULong, Gen.Int[0, 12], Gen.Bool).Select((more, zeros, isNegative) =>
        (isNegative ? (BigInteger)long.MinValue - 1 - more : (BigInteger)long.MaxValue + 1 + more) * BigInteger.Pow(10, zeros));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("30", 30)]
    [InlineData("30.0", 30)]
    [InlineData("30.000", 30)]
    [InlineData("3e1", 30)]
    [InlineData("3E1", 30)]
    [InlineData("3e+1", 30)]
    [InlineData("3e01", 30)]
    [InlineData("3e0", 3)]
    [InlineData("3e-0", 3)]
    [InlineData("0.3e2", 30)]
    [InlineData("0.003e4", 30)]
    [InlineData("10e-1", 1)]
    [InlineData("100e-2", 1)]
    [InlineData("1.50e1", 15)]
    [InlineData("-1.5e1", -15)]
    [InlineData("-30.0", -30)]
    [InlineData("-0.0", 0)]
    [InlineData("0.0", 0)]
    [InlineData("0e0", 0)]
    [InlineData("0e999999", 0)]
    [InlineData("0e-999999", 0)]
    [InlineData("0.000e99999999999999999999", 0)]
    [InlineData("1e18", 1_000_000_000_000_000_000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775807.0", long.MaxValue)]
    [InlineData("9223372036854775807e0", long.MaxValue)]
    [InlineData("9.223372036854775807e18", long.MaxValue)]
    [InlineData("92233720368547758070e-1", long.MaxValue)]
    [InlineData("0.0000009223372036854775807e25", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("-9223372036854775808.0", long.MinValue)]
    [InlineData("-9.223372036854775808e18", long.MinValue)]
    [InlineData("-92233720368547758080e-1", long.MinValue)]
    [InlineData("9007199254740993", 9007199254740993)]
    [InlineData("9007199254740993.0", 9007199254740993)]
    public void A_whole_number_is_read_exactly_however_it_is_written(string literal, long value) => Assert.Equal(value, Read(literal));

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e-1")]
    [InlineData("10.1")]
    [InlineData("15e-1")]
    [InlineData("0.1")]
    [InlineData("-0.5")]
    [InlineData("1e-400")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("9223372036854775807.5")]
    [InlineData("9999999999999999999999.5")]
    [InlineData("1.00000000000000000000000000000000000000000000000001")]
    public void A_number_with_a_fraction_is_no_integer(string literal) => Fails(literal, "wrong_type");

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("9223372036854775807.00e1")]
    [InlineData("9.223372036854775808e18")]
    [InlineData("18446744073709551616")]
    [InlineData("1e19")]
    [InlineData("-1e19")]
    [InlineData("1e400")]
    [InlineData("1e999999")]
    [InlineData("1e99999999999999999999")]
    [InlineData("0.000001e99999999999999999999")]
    public void A_whole_number_beyond_64_bits_is_out_of_range(string literal) => Fails(literal, "out_of_range");

    // As many digits as a body may have: the time must not grow with more than their number.
    [Fact]
    public void Huge_strings_of_digits_are_read_exactly_too()
    {
        var zeros = new string('0', 2_000_000);
        Assert.Equal(5, Read($"5.{zeros}"));
        Assert.Equal(5, Read($"5{zeros}e-2000000"));
        Assert.Equal(5, Read($"0.{zeros}5e2000001"));
        Assert.Equal(0, Read($"0.{zeros}e{new string('9', 1000)}"));
        Fails($"5{zeros}", "out_of_range");
        Fails($"5{zeros}e-1999981", "out_of_range");
        Fails($"5.{zeros}1", "wrong_type");
        Fails($"0.{zeros}5", "wrong_type");
        Fails($"5{zeros}e-2000001", "wrong_type");
    }

    [Fact]
    public void Any_number_of_64_bits_reads_back_in_any_form() =>
        Forms(_longs.Select(value => (BigInteger)value)).Sample((value, literal) => Read(literal) == value, iter: 20_000);

    [Fact]
    public void Any_number_beyond_64_bits_is_out_of_range_in_any_form() =>
        Forms(_larger).Sample((_, literal) => Fails(literal, "out_of_range"), iter: 5_000);

    [Fact]
    public void Any_number_with_a_fraction_is_no_integer_in_any_form()
    {
        var digits = Gen.ULong[1, ulong.MaxValue].Where(v => v % 10 != 0).Select(v => v.ToString(CultureInfo.InvariantCulture));
        Gen.Select(digits, Gen.Int[0, 40], Gen.Int[1, 20], Gen.OneOf("", "-")).Sample(
            (number, exponent, fraction, sign) => Fails($"{sign}{Point(number, exponent + fraction)}e{exponent}", "wrong_type"), iter: 5_000);
    }

    /// <summary>A number together with one of the many ways to write it.</summary>
    private static Gen<(BigInteger Value, string Literal)> Forms(Gen<BigInteger> values) =>
        Gen.Select(values, Gen.Int[0, 8], Gen.Int[0, 30], Gen.OneOf("e", "E"), Gen.OneOf("", "0", "00"), Gen.Bool).Select(Form);

    private static (BigInteger Value, string Literal) Form(BigInteger value, int zeros, int shift, string e, string padding, bool isPlain)
    {
        // The value with zeros behind it and the point moved to the left is the value times ten to the power of zeros less shift.
        var digits = BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture) + (value.IsZero ? "" : new string('0', zeros));
        var exponent = value.IsZero ? shift : shift - zeros;
        var sign = value.Sign < 0 ? "-" : "";
        var exponentSign = exponent < 0 ? "-" : isPlain ? "" : "+";
        var power = exponent == 0 && isPlain ? "" : $"{e}{exponentSign}{padding}{Math.Abs(exponent)}";
        return (value, $"{sign}{Point(digits, shift)}{power}");
    }

    /// <summary>Puts a point before the last <paramref name="behind"/> digits.</summary>
    private static string Point(string digits, int behind)
    {
        if (behind == 0)
            return digits;
        var padded = digits.PadLeft(behind + 1, '0');
        return $"{padded[..^behind]}.{padded[^behind..]}";
    }

    private static long Read(string literal)
    {
        using var draft = RecordDraft.ParseNew(Some.Table("n INTEGER"), Json(literal)).Succeeds();
        var value = draft.Values[1];
        Assert.Equal(ValueKind.Integer, value.Kind);
        return value.Integer;
    }

    private static void Fails(string literal, string code) =>
        RecordDraft.ParseNew(Some.Table("n INTEGER"), Json(literal)).FailsWith("invalid_record", $"n {code}");

    private static byte[] Json(string literal) => Encoding.UTF8.GetBytes($$"""{"n":{{literal}}}""");
}
