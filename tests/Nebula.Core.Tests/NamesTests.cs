using CsCheck;
using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests;

public sealed class NamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("_")]
    [InlineData("_a")]
    [InlineData("0")]
    [InlineData("2026_orders")]
    [InlineData("Albums")]
    [InlineData("select")]
    [InlineData("sqlite")]
    [InlineData("sqlitefoo")]
    [InlineData("my_nebula")]
    [InlineData("nebula_users")]
    [InlineData("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")]
    public void A_name_of_letters_digits_and_underscores_is_kept_as_written(string name)
    {
        Assert.Equal(name, DatabaseName.Parse(name).Succeeds().ToString());
        Assert.Equal(name, TableName.Parse(name).Succeeds().ToString());
        Assert.True(Names.IsValid(name));
    }

    [Theory]
    [InlineData(null, "required")]
    [InlineData("", "required")]
    [InlineData(" ", "invalid")]
    [InlineData("a b", "invalid")]
    [InlineData("a-b", "invalid")]
    [InlineData("a.b", "invalid")]
    [InlineData("a/b", "invalid")]
    [InlineData("..", "invalid")]
    [InlineData("../metadata", "invalid")]
    [InlineData("a\\b", "invalid")]
    [InlineData("a\"b", "invalid")]
    [InlineData("a'; DROP TABLE users; --", "invalid")]
    [InlineData("a\0", "invalid")]
    [InlineData("a\n", "invalid")]
    [InlineData("ä", "invalid")]
    [InlineData("albumſ", "invalid")]
    [InlineData("٣", "invalid")]
    [InlineData("ａ", "invalid")]
    [InlineData("$filter", "invalid")]
    [InlineData("_nebula", "reserved")]
    [InlineData("_nebula_tables", "reserved")]
    [InlineData("_NEBULA_x", "reserved")]
    [InlineData("_nebulas", "reserved")]
    [InlineData("sqlite_master", "reserved")]
    [InlineData("SQLite_x", "reserved")]
    [InlineData("sqlite_", "reserved")]
    public void Anything_else_is_no_name(string? name, string code)
    {
        DatabaseName.Parse(name).FailsWith("invalid_name", $"db_name {code}");
        TableName.Parse(name).FailsWith("invalid_name", $"table_name {code}");
        Assert.False(Names.IsValid(name));
    }

    [Fact]
    public void A_name_has_63_characters_at_most()
    {
        TableName.Parse(new string('a', 63)).Succeeds();
        TableName.Parse(new string('a', 64)).FailsWith("invalid_name", "table_name too_long");
        TableName.Parse(new string('ä', 100_000)).FailsWith("invalid_name", "table_name too_long");
    }

    [Fact]
    public void The_field_that_is_at_fault_has_the_name_that_the_client_knows() =>
        DatabaseName.Parse("", "new_name").FailsWith("invalid_name", "new_name required");

    [Fact]
    public void Names_are_compared_without_case()
    {
        Assert.Equal(Some.DatabaseName("Shop"), Some.DatabaseName("sHOP"));
        Assert.Equal(Some.DatabaseName("Shop").GetHashCode(), Some.DatabaseName("sHOP").GetHashCode());
        Assert.Equal(Some.TableName("Albums"), Some.TableName("ALBUMS"));
        Assert.Equal(Some.TableName("Albums").GetHashCode(), Some.TableName("ALBUMS").GetHashCode());
        Assert.NotEqual(Some.TableName("albums"), Some.TableName("album"));
    }

    [Fact]
    public void A_name_is_valid_exactly_when_the_documented_pattern_matches_and_it_is_not_reserved()
    {
        var pieces = Gen.OneOf("a", "Z", "9", "_", "é", "-", " ", "\0", "K", "_nebula", "sqlite_", "SQLITE_", "x");
        pieces.Array[0, 70].Select(string.Concat).Sample(
            name =>
            {
                var expected = System.Text.RegularExpressions.Regex.IsMatch(name, @"\A[A-Za-z0-9_]{1,63}\z")
                    && !name.StartsWith("_nebula", StringComparison.OrdinalIgnoreCase)
                    && !name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase);
                return TableName.Parse(name).TryGet(out _, out _) == expected;
            },
            iter: 5_000);
    }
}
