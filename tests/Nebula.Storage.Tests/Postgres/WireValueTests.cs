using System.Text;
using Nebula.Storage.Postgres.Values;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>Values as the server sends them, brought into the form in which the core has them.</summary>
public sealed class WireValueTests
{
    [Theory]
    [InlineData("0000 0000 0000 0002", 0)] // 0.00
    [InlineData("0002 0000 4000 0003 000C 0D48", -12340)] // -12.340
    [InlineData("0003 0002 0000 0006 0001 0929 1A85", 123456789000000)] // 123456789.000000
    [InlineData("0001 FFFF 0000 0004 0001", 1)] // 0.0001
    [InlineData("0005 0004 0000 0000 0063 270F 270F 270F 270F", 999999999999999999)]
    [InlineData("0005 0004 0000 0000 039A 0D2C 0170 1565 16AF", long.MaxValue)]
    public void A_decimal_is_an_integer_scaled_by_its_places(string wire, long expected)
    {
        Assert.True(WireNumeric.TryRead(Convert.FromHexString(wire.Replace(" ", "", StringComparison.Ordinal)), out var scaled));
        Assert.Equal(expected, scaled);
    }

    [Theory]
    [InlineData("0000 0000 C000 0000")] // NaN
    [InlineData("0006 0005 0000 0000 0001 0000 0000 0000 0000 0000")] // 10^20
    public void What_is_beyond_64_bits_or_no_number_is_none(string wire) =>
        Assert.False(WireNumeric.TryRead(Convert.FromHexString(wire.Replace(" ", "", StringComparison.Ordinal)), out _));

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("1999-12-31")]
    [InlineData("2000-02-29")]
    [InlineData("9999-12-31")]
    public void A_day_comes_back_as_it_went(string day)
    {
        Span<byte> wire = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(wire, WireTime.DaysOf(Encoding.ASCII.GetBytes(day)));
        Span<byte> text = stackalloc byte[24];

        Assert.True(WireTime.TryWriteDay(wire, text, out var length));
        Assert.Equal(day, Encoding.ASCII.GetString(text[..length]));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00.000Z")]
    [InlineData("1999-12-31T23:59:59.999Z")]
    [InlineData("2026-11-23T10:00:00.001Z")]
    [InlineData("9999-12-31T23:59:59.999Z")]
    public void A_moment_comes_back_as_it_went(string moment)
    {
        Span<byte> wire = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(wire, WireTime.MicrosecondsOf(Encoding.ASCII.GetBytes(moment)));
        Span<byte> text = stackalloc byte[24];

        Assert.True(WireTime.TryWriteMoment(wire, text, out var length));
        Assert.Equal(moment, Encoding.ASCII.GetString(text[..length]));
    }

    [Fact]
    public void Infinity_and_what_lies_beyond_the_calendar_are_no_moment()
    {
        Assert.False(WireTime.TryWriteDay(Convert.FromHexString("014689C0"), new byte[24], out _)); // in the year 60591
        Assert.False(WireTime.TryWriteMoment(Convert.FromHexString("7FFFFFFFFFFFFFFF"), new byte[24], out _));
        Assert.False(WireTime.TryWriteMoment(Convert.FromHexString("8000000000000000"), new byte[24], out _));
        Assert.False(WireTime.TryWriteDay(Convert.FromHexString("7FFFFFFF"), new byte[24], out _));
    }
}
