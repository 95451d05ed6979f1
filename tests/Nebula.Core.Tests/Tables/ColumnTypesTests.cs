using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Tables;

public sealed class ColumnTypesTests
{
    [Theory]
    [InlineData("TEXT", ColumnType.Text)]
    [InlineData("text", ColumnType.Text)]
    [InlineData("Integer", ColumnType.Integer)]
    [InlineData("REAL", ColumnType.Real)]
    [InlineData("bLOB", ColumnType.Blob)]
    [InlineData("boolean", ColumnType.Boolean)]
    public void A_type_is_read_in_any_case(string text, ColumnType type)
    {
        Assert.True(ColumnTypes.TryParse(text, out var read));
        Assert.Equal(type, read);
        Assert.Equal(text.ToUpperInvariant(), ColumnTypes.Name(read));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("INT")]
    [InlineData("VARCHAR(20)")]
    [InlineData("TEXT ")]
    [InlineData("ınteger")]
    [InlineData("ｔext")]
    [InlineData("TEXT); DROP TABLE users; --")]
    public void Anything_else_is_no_type(string? text) => Assert.False(ColumnTypes.TryParse(text, out _));

    [Fact]
    public void The_allowed_types_are_all_that_there_are() =>
        Assert.Equal(Enum.GetValues<ColumnType>().Select(ColumnTypes.Name), ColumnTypes.Allowed.Split(", "));
}
