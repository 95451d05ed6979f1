using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Tables;

public sealed class TableTests
{
    private readonly Table _table = Some.Table("Title TEXT", "year INTEGER");

    [Theory]
    [InlineData("Title", "Title")]
    [InlineData("TITLE", "Title")]
    [InlineData("title", "Title")]
    [InlineData("YEAR", "year")]
    [InlineData("ID", "id")]
    [InlineData("titel", null)]
    [InlineData("", null)]
    [InlineData("Titl", null)]
    [InlineData("Titleé", null)]
    public void A_column_is_found_by_its_name_without_case(string name, string? found)
    {
        Assert.Equal(found, _table.Find(name)?.Name);
        Assert.Equal(found, _table.Find(Encoding.UTF8.GetBytes(name))?.Name);
    }

    [Fact]
    public void A_very_long_name_is_no_column() => Assert.Null(_table.Find(new byte[100_000]));

    [Fact]
    public void Bytes_that_are_not_utf8_are_no_column() => Assert.Null(_table.Find([(byte)'T', 0xFF]));

    [Fact]
    public void The_key_is_the_column_that_the_database_assigns()
    {
        Assert.Equal("id", _table.Key?.Name);
        Assert.Null(Some.ForeignTable("id TEXT").Key);
    }

    [Fact]
    public void Only_data_is_written_by_clients() =>
        Assert.Equal(["Title", "year"], _table.Columns.Where(c => c.IsWritable).Select(c => c.Name));

    [Theory]
    [InlineData("title", "\"title\":")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\":")]
    [InlineData("größe", "\"größe\":")]
    [InlineData("\u0001", "\"\\u0001\":")]
    public void A_columns_json_name_is_ready_to_be_copied(string name, string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(Some.Column(0, $"{name} TEXT").JsonName.Span));
}
