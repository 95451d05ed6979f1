using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Tables;

public sealed class TableDefinitionTests
{
    [Theory]
    [InlineData("title TEXT, year INTEGER", "title TEXT, year INTEGER", true)]
    [InlineData("title TEXT, year INTEGER", "year INTEGER, title TEXT", true)]
    [InlineData("Title TEXT", "tITLE TEXT", true)]
    [InlineData("title TEXT required unique", "title TEXT unique required", true)]
    [InlineData("title TEXT", "title TEXT, year INTEGER", false)]
    [InlineData("title TEXT, year INTEGER", "title TEXT", false)]
    [InlineData("title TEXT", "name TEXT", false)]
    [InlineData("title TEXT", "title BLOB", false)]
    [InlineData("title TEXT", "title TEXT required", false)]
    [InlineData("title TEXT required", "title TEXT", false)]
    [InlineData("title TEXT", "title TEXT unique", false)]
    [InlineData("title TEXT", "title TEXT, created_at TEXT", false)]
    public void A_definition_describes_the_table_that_it_makes(string existing, string declared, bool describes) =>
        Assert.Equal(describes, Definition(declared).Describes(Some.Table(existing.Split(", "))));

    [Fact]
    public void Declared_timestamps_are_data_and_not_the_managed_ones()
    {
        var table = Some.ForeignTable("title TEXT", "created_at TEXT");
        Assert.True(Definition("title TEXT, created_at TEXT").Describes(table));
        Assert.False(Definition("title TEXT").Describes(table));
    }

    [Fact]
    public void What_is_declared_is_found_without_case()
    {
        Assert.True(Definition("Created_At TEXT").Declares("created_at"));
        Assert.False(Definition("title TEXT").Declares("created_at"));
    }

    private static TableDefinition Definition(string columns) => new(
        Some.TableName(),
        [.. columns.Split(", ").Select((c, i) => Some.Column(i, c)).Select(c => new ColumnDefinition(c.Name, c.Type, c.IsNullable, c.IsUnique))]);
}
