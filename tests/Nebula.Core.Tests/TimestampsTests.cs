using System.Text;
using CsCheck;

namespace Nebula.Core.Tests;

public sealed class TimestampsTests
{
    private static readonly Gen<DateTimeOffset> _times = Gen.DateTime[DateTime.MinValue, DateTime.MaxValue].Select(t =>
        new DateTimeOffset(DateTime.SpecifyKind(t, DateTimeKind.Utc)));

    [Theory]
    [InlineData("2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000Z")]
    [InlineData("2026-11-23T10:00:00.123Z", "2026-11-23T10:00:00.123Z")]
    [InlineData("2026-11-23T10:00:00.123456789Z", "2026-11-23T10:00:00.123Z")]
    [InlineData("2026-11-23T10:00:00+02:00", "2026-11-23T08:00:00.000Z")]
    [InlineData("2026-11-23T23:30:00.5-05:30", "2026-11-24T05:00:00.500Z")]
    [InlineData("2026-11-23T10:00:00", "2026-11-23T10:00:00.000Z")]
    [InlineData("2026-11-23 10:00:00", "2026-11-23T10:00:00.000Z")]
    [InlineData("2024-02-29 23:59:59", "2024-02-29T23:59:59.000Z")]
    [InlineData("0001-01-01 00:00:00", "0001-01-01T00:00:00.000Z")]
    public void A_time_of_any_stored_form_is_read_as_utc(string text, string written)
    {
        Assert.True(Timestamps.TryParse(text, out var time));
        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal(written, Timestamps.ToText(time));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-02-30 10:00:00")]
    [InlineData("2026-11-23T25:00:00Z")]
    [InlineData("10000-01-01T00:00:00Z")]
    public void What_is_no_time_is_not_read(string? text) => Assert.False(Timestamps.TryParse(text, out _));

    [Fact]
    public void Text_and_bytes_are_the_same_24_characters() => _times.Sample(time =>
    {
        var utf8 = new byte[Timestamps.Length];
        Timestamps.Write(time, utf8);
        Assert.Equal(Timestamps.ToText(time), Encoding.ASCII.GetString(utf8));
        Assert.Equal(24, Timestamps.ToText(time).Length);
    });

    [Fact]
    public void A_written_time_reads_back_to_the_millisecond() => _times.Sample(time =>
    {
        Assert.True(Timestamps.TryParse(Timestamps.ToText(time), out var read));
        Assert.Equal(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), read.Ticks);
    });

    [Fact]
    public void The_order_of_texts_is_the_order_of_times() => Gen.Select(_times, _times).Sample((one, other) =>
    {
        var byText = string.CompareOrdinal(Timestamps.ToText(one), Timestamps.ToText(other));
        return byText == 0 || byText < 0 == one < other;
    });

    [Fact]
    public void A_time_with_an_offset_is_written_in_utc() => Assert.Equal(
        "2026-11-24T09:30:00.000Z", Timestamps.ToText(new DateTimeOffset(2026, 11, 24, 15, 0, 0, new TimeSpan(5, 30, 0))));
}
