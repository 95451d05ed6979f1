using System.Text;
using System.Text.Json;
using CsCheck;
using Nebula.Core.Records;

namespace Nebula.Core.Tests.Records;

public sealed class JsonValuesTests
{
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b", "\"a\\\"b\"")]
    [InlineData("a\\b", "\"a\\\\b\"")]
    [InlineData("a/b", "\"a/b\"")]
    [InlineData("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"")]
    [InlineData("\0", "\"\\u0000\"")]
    [InlineData("\u0001\u000b\u001f", "\"\\u0001\\u000b\\u001f\"")]
    [InlineData("\u007f", "\"\u007f\"")]
    [InlineData("Grüße 😀", "\"Grüße 😀\"")]
    [InlineData("<b>'&", "\"<b>'&\"")]
    [InlineData("\u2028", "\"\u2028\"")]
    [InlineData("\"\"", "\"\\\"\\\"\"")]
    public void A_text_is_a_string_with_only_the_escapes_that_json_needs(string text, string json) =>
        Assert.Equal(json, Written(b => JsonValues.WriteText(b, Encoding.UTF8.GetBytes(text))));

    [Theory]
    [InlineData(new byte[] { 0xFF }, "\uFFFD")]
    [InlineData(new byte[] { (byte)'a', 0x80, (byte)'b' }, "a\uFFFDb")]
    [InlineData(new byte[] { 0xC3 }, "\uFFFD")]
    [InlineData(new byte[] { 0xFF, (byte)'"', (byte)'\\', 0x0A }, "\uFFFD\"\\\n")]
    public void Bytes_that_are_not_utf8_are_replaced(byte[] bytes, string text) =>
        Assert.Equal(text, JsonSerializer.Deserialize<string>(Written(b => JsonValues.WriteText(b, bytes))));

    [Fact]
    public void Any_text_reads_back() => Texts.Any.Sample(
        text => JsonSerializer.Deserialize<string>(Written(b => JsonValues.WriteText(b, Encoding.UTF8.GetBytes(text)))) == text, iter: 5_000);

    [Fact]
    public void Any_bytes_become_valid_json() => Gen.Byte.Array[0, 100].Sample(
        bytes => JsonSerializer.Deserialize<string>(Written(b => JsonValues.WriteText(b, bytes))) == Encoding.UTF8.GetString(bytes), iter: 5_000);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "-1")]
    [InlineData(1957, "1957")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    public void An_integer_is_written_with_all_its_digits(long value, string json) =>
        Assert.Equal(json, Written(b => JsonValues.WriteInteger(b, value)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1.5, "1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(100, "100")]
    [InlineData(1e300, "1E+300")]
    [InlineData(double.Epsilon, "5E-324")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(double.NaN, "null")]
    [InlineData(double.PositiveInfinity, "null")]
    [InlineData(double.NegativeInfinity, "null")]
    public void A_real_is_the_shortest_number_that_reads_back_and_null_when_it_is_none(double value, string json) =>
        Assert.Equal(json, Written(b => JsonValues.WriteReal(b, value)));

    [Fact]
    public void Any_real_reads_back_to_the_last_bit() => Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite).Sample(
        value => BitConverter.DoubleToInt64Bits(JsonSerializer.Deserialize<double>(Written(b => JsonValues.WriteReal(b,
            value)))) == BitConverter.DoubleToInt64Bits(value),
        iter: 20_000);

    [Fact]
    public void Any_blob_reads_back() => Gen.Byte.Array[0, 2_000].Sample(
        bytes => JsonSerializer.Deserialize<byte[]>(Written(b => JsonValues.WriteBlob(b, bytes))).AsSpan().SequenceEqual(bytes));

    [Fact]
    public void Booleans_and_null_are_words() =>
        Assert.Equal("[true,false,null]", Written(b =>
        {
            b.Write((byte)'[');
            JsonValues.WriteBoolean(b, true);
            b.Write((byte)',');
            JsonValues.WriteBoolean(b, false);
            b.Write((byte)',');
            JsonValues.WriteNull(b);
            b.Write((byte)']');
        }));

    private static string Written(Action<Utf8Buffer> write)
    {
        using var buffer = new Utf8Buffer(capacity: 16);
        write(buffer);
        return Encoding.UTF8.GetString(buffer.Span);
    }
}
