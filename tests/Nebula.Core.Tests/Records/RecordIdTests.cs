using CsCheck;
using Nebula.Core.Records;

namespace Nebula.Core.Tests.Records;

public sealed class RecordIdTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("-5", -5)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void An_id_is_a_whole_number(string text, long value)
    {
        Assert.True(RecordId.TryParse(text, out var id));
        Assert.Equal(value, id.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1e1")]
    [InlineData("0x1")]
    [InlineData("1_000")]
    [InlineData("1,000")]
    [InlineData("1\0")]
    [InlineData("٣")]
    [InlineData("−1")]
    [InlineData("9223372036854775808")]
    [InlineData("me")]
    public void Anything_else_is_no_id(string text) => Assert.False(RecordId.TryParse(text, out _));

    [Fact]
    public void Every_id_reads_back() =>
        Gen.Long.Sample(value => RecordId.TryParse(new RecordId(value).ToString(), out var id) && id.Value == value);
}
