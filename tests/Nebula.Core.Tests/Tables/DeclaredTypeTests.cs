using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Tables;

public sealed class DeclaredTypeTests
{
    [Theory]
    [InlineData("text", "TEXT")]
    [InlineData("Integer", "INTEGER")]
    [InlineData("BIGINT", "INTEGER")]
    [InlineData("real", "REAL")]
    [InlineData("blob", "BLOB")]
    [InlineData("Boolean", "BOOLEAN")]
    [InlineData("date", "DATE")]
    [InlineData("DATETIME", "DATETIME")]
    [InlineData("timestamp", "DATETIME")]
    [InlineData("uuid", "UUID")]
    [InlineData("Json", "JSON")]
    [InlineData("DECIMAL", "DECIMAL(18,6)")]
    [InlineData("decimal(4)", "DECIMAL(4,0)")]
    [InlineData("Decimal (10, 2)", "DECIMAL(10,2)")]
    [InlineData("DECIMAL(18,18)", "DECIMAL(18,18)")]
    [InlineData("varchar(20)", "TEXT")]
    public void A_type_is_read_in_any_case_and_has_one_name(string text, string name)
    {
        Assert.True(DeclaredType.TryParse(text, out var type));
        Assert.Equal(name, type.Name);
        Assert.True(DeclaredType.TryParse(type.Name, out var again));
        Assert.Equal(type with { MaxLength = null }, again);
    }

    [Fact]
    public void A_varchar_is_a_text_of_a_length()
    {
        Assert.True(DeclaredType.TryParse("VARCHAR(20)", out var type));
        Assert.Equal(new DeclaredType(ColumnType.Text, MaxLength: 20), type);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("INT")]
    [InlineData("NUMERIC")]
    [InlineData("NUMERIC(10,2)")]
    [InlineData("VARCHAR")]
    [InlineData("VARCHAR()")]
    [InlineData("VARCHAR(x)")]
    [InlineData("VARCHAR(99999999999)")]
    [InlineData("DECIMAL()")]
    [InlineData("DECIMAL(,)")]
    [InlineData("DECIMAL(+5)")]
    [InlineData("DECIMAL(10,2) ")]
    [InlineData("DECIMAL(10,2)) --")]
    [InlineData("(10)")]
    [InlineData("TEXT(5)")]
    [InlineData("ınteger")]
    [InlineData("TEXT); DROP TABLE users; --")]
    public void Anything_else_is_no_type(string? text) => Assert.False(DeclaredType.TryParse(text, out _));
}
