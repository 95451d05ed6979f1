using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Records.Filters;

public sealed class FilterFaultTests
{
    [Theory]
    [InlineData("", "unexpected end at 1; expected a value")]
    [InlineData("year", "'year' at 1 is INTEGER and no condition by itself; expected an operator such as = behind it")]
    [InlineData("5", "'5' at 1 is no condition by itself; expected an operator such as = behind it")]
    [InlineData("year > > 5", "unexpected '>' at 8; expected a value")]
    [InlineData("year =", "unexpected end at 7; expected a value")]
    [InlineData("year = 1 title", "unexpected 'title' at 10; expected an operator, 'and', 'or' or the end")]
    [InlineData("year 5", "unexpected '5' at 6; expected an operator, 'and', 'or' or the end")]
    [InlineData("(year = 1", "unexpected end at 10; expected an operator, 'and', 'or' or ')'")]
    [InlineData("year = 1)", "unexpected ')' at 9; expected an operator, 'and', 'or' or the end")]
    [InlineData("year = and", "unexpected 'and' at 8; expected a value")]
    [InlineData("year not 5", "unexpected '5' at 10; expected 'in', 'between', 'like' or 'ilike'")]
    [InlineData("year is 5", "unexpected '5' at 9; expected 'null' or 'not null'")]
    [InlineData("year is not 5", "unexpected '5' at 13; expected 'null'")]
    [InlineData("year in 5", "unexpected '5' at 9; expected '('")]
    [InlineData("year in ()", "unexpected ')' at 10; expected a value")]
    [InlineData("year in (1 2)", "unexpected '2' at 12; expected ',' or ')'")]
    [InlineData("year between 1, 2", "unexpected ',' at 15; expected 'and'")]
    [InlineData("year between 1 && 2", "unexpected '&&' at 16; expected 'and'")]
    [InlineData("year ! in (1)", "unexpected '!' at 6; expected an operator, 'and', 'or' or the end")]
    [InlineData("title = 'x", "the text that begins at 9 has no end; expected a closing '")]
    [InlineData("'😀' = 'x", "the text that begins at 7 has no end; expected a closing '")]
    [InlineData("\"x = 1", "the name that begins at 1 has no end; expected a closing \"")]
    [InlineData("\"\" = 1", "the name at 1 is empty")]
    [InlineData("title = 'a\0'", "the text at 9 holds U+0000, which no value and no name can")]
    [InlineData("year | 1", "unexpected '|' at 6; expected '||' or 'or'")]
    [InlineData("year & 1", "unexpected '&' at 6; expected '&&' or 'and'")]
    [InlineData("year == 1", "unexpected '=' at 7; expected a value")]
    [InlineData("year <> 1", "unexpected '>' at 7; expected a value")]
    [InlineData("year = -", "unexpected '-' at 8")]
    [InlineData("year = 1; drop", "unexpected ';' at 9")]
    [InlineData("naïve = 1", "unexpected 'ï' at 3; a name with other characters than ASCII letters, digits and underscores needs double quotes")]
    [InlineData("😀 = 1", "unexpected '😀' at 1")]
    [InlineData("year = 007", "unexpected '007' at 8; a number has no zeros before its digits")]
    [InlineData("1st = 1", "unexpected '1st' at 1; a name that begins with a digit needs double quotes")]
    [InlineData("year = 1.", "unexpected '.' at 9; expected an operator, 'and', 'or' or the end")]
    [InlineData("data.1 = 1", "unexpected '1' at 6; expected a name")]
    [InlineData("data.in = 1", "unexpected 'in' at 6; expected a name")]
    [InlineData("at < @tomorrow", "unexpected '@tomorrow' at 6; expected @now or @today")]
    [InlineData("yaer = 1", "unknown column 'yaer' at 1; did you mean 'year'?")]
    [InlineData("cov = 1", "unknown column 'cov' at 1; did you mean 'cost'?")]
    [InlineData("artist_ = 1", "unknown column 'artist_' at 1; did you mean 'artist'?")]
    [InlineData("tit = 1", "unknown column 'tit' at 1; did you mean 'title'?")]
    [InlineData("nothing = 1", "unknown column 'nothing' at 1")]
    [InlineData("x = 1", "unknown column 'x' at 1")]
    [InlineData("artist.Nmae = 1", "unknown column 'Nmae' at 8; did you mean 'Name'?")]
    [InlineData("artits.Name = 1", "unknown relation 'artits' at 1; did you mean 'artist'?")]
    [InlineData("year.a = 1", "'year' at 1 is INTEGER; only a relation or a JSON column can stand before a dot")]
    [InlineData("artist = 1", "'artist' at 1 is a relation; expected one of its columns behind a dot")]
    [InlineData("lenght(title) = 1", "unknown function 'lenght' at 1; did you mean 'length'?")]
    [InlineData("lower() = 1", "unexpected ')' at 7; expected a value")]
    [InlineData("lower(title, title) = 'x'", "'lower' at 1 takes one value, got 2")]
    [InlineData("coalesce(title) = 'x'", "'coalesce' at 1 takes at least two values, got 1")]
    [InlineData("lower(year) = 'x'", "'year' at 7 is INTEGER; lower needs TEXT")]
    [InlineData("lower(5) = 'x'", "'5' at 7; lower needs TEXT")]
    [InlineData("length(year) = 1", "'year' at 8 is INTEGER; length needs TEXT or BLOB")]
    [InlineData("abs(title) = 1", "'title' at 5 is TEXT; abs needs INTEGER or REAL or DECIMAL")]
    [InlineData("round(price, year) = 1", "'year' at 14; round takes how many digits to keep, from 0 to 15")]
    [InlineData("round(price, 16) = 1", "'16' at 14; round takes how many digits to keep, from 0 to 15")]
    [InlineData("coalesce(year, title) = 1", "'title' at 16 is TEXT and does not go with 'year', which is INTEGER")]
    [InlineData("coalesce(year, 1.5) = 1", "'1.5' at 16 does not go with 'year', which is INTEGER")]
    [InlineData("coalesce(cost, tax) = 1", "'tax' at 16 is DECIMAL with 3 digits behind the point and does not go with 'cost', which is DECIMAL with 2 digits behind the point")]
    [InlineData("coalesce(data, data) is null", "'data' at 10 is JSON, which only compares with null")]
    [InlineData("year(year) = 1", "'year' at 6 is INTEGER; year needs DATE or DATETIME or TEXT")]
    [InlineData("title = 5", "'5' at 9 does not go with 'title', which is TEXT")]
    [InlineData("5 = title", "'5' at 1 does not go with 'title', which is TEXT")]
    [InlineData("year = 'x'", "'x' at 8 does not go with 'year', which is INTEGER")]
    [InlineData("year = true", "'true' at 8 does not go with 'year', which is INTEGER")]
    [InlineData("sold = 2", "'2' at 8 does not go with 'sold', which is BOOLEAN")]
    [InlineData("title = year", "'year' at 9 is INTEGER and does not go with 'title', which is TEXT")]
    [InlineData("day = at", "'at' at 7 is DATETIME and does not go with 'day', which is DATE")]
    [InlineData("day = @now", "'@now' at 7 does not go with 'day', which is DATE")]
    [InlineData("day = '2026-02-30'", "'2026-02-30' at 7; expected a day such as 2026-11-23")]
    [InlineData("at = 'now'", "'now' at 6; expected a time such as 2026-11-23T10:00:00Z")]
    [InlineData("code = 'x'", "'x' at 8; expected a UUID")]
    [InlineData("cover = '*'", "'*' at 9; expected base64")]
    [InlineData("cover < 'AA=='", "'cover' at 1 is BLOB, which only compares with =, != and in")]
    [InlineData("cover between 'AA==' and 'AA=='", "'cover' at 1 is BLOB, which only compares with =, != and in")]
    [InlineData("cost = 1.234", "'1.234' at 8 has more than 2 digits behind the point")]
    [InlineData("cost = '1.234'", "'1.234' at 8 has more than 2 digits behind the point")]
    [InlineData("cost = 12345678901234567", "'12345678901234567' at 8 has more than 16 digits before the point")]
    [InlineData("price > 1e999", "'1e999' at 9 lies outside of the range of a REAL")]
    [InlineData("year > null", "unexpected 'null' at 8; only =, != and is compare with it")]
    [InlineData("year in (1, null)", "unexpected 'null' at 13; only =, != and is compare with it")]
    [InlineData("null = null", "'null' at 8 is a literal; expected a column")]
    [InlineData("5 is null", "'5' at 1 is a literal; expected a column")]
    [InlineData("null in (null)", "'null' at 1 has no type here")]
    [InlineData("null", "'null' at 1 is no condition by itself; expected an operator such as = behind it")]
    [InlineData("data = 5", "'5' at 8 does not go with 'data', which is JSON")]
    [InlineData("data = data", "'data' at 1 is JSON, which only compares with null")]
    [InlineData("data.a = data.b", "'data.a' at 1 has no type here")]
    [InlineData("data.a = at", "'data.a' at 1 does not go with 'at', which is DATETIME")]
    [InlineData("data.a in (1, 'x')", "'x' at 15 does not go with '1'")]
    [InlineData("year ~ 'x'", "'year' at 1 is INTEGER; a comparison of texts needs TEXT")]
    [InlineData("title ~ 5", "'5' at 9; a comparison of texts needs TEXT")]
    [InlineData("title ~ null", "unexpected 'null' at 9; only =, != and is compare with it")]
    [InlineData("title like title", "'title' at 12 is no pattern; expected a text in single quotes")]
    [InlineData("title like 'a\\'", "the pattern at 12 ends with a \\ that takes nothing as it is")]
    [InlineData("title like '\\\\\\'", "the pattern at 12 ends with a \\ that takes nothing as it is")]
    public void A_fault_is_named_with_its_place(string text, string message)
    {
        var error = MusicSchema.Bind(text).FailsWith("invalid_filter");
        var detail = Assert.Single(error.Details);
        Assert.Equal("filter", detail.Field);
        Assert.Equal(message, detail.Message);
    }

    [Theory]
    [InlineData("day = @now", "A day compares with @today.")]
    [InlineData("day = at", "date(…) makes a day of a DATETIME or a TEXT.")]
    [InlineData("in = 1", "A column of that name needs double quotes.")]
    [InlineData("data.in = 1", "Keywords and names that begin with a digit need double quotes.")]
    [InlineData("title like '\\'", @"A backslash itself is \\.")]
    public void A_hint_says_what_to_do(string text, string hint) => Assert.Equal(hint, MusicSchema.Bind(text).FailsWith("invalid_filter").Hint);

    [Fact]
    public void An_ambiguous_relation_lists_its_choices()
    {
        var error = MusicSchema.Bind("orders.id = 1", MusicSchema.Addresses).FailsWith("invalid_filter");
        Assert.Equal("ambiguous relation 'orders' at 1; it may be 'orders.billing_address_id', 'orders.shipping_address_id'", error.Details[0].Message);
        Assert.Contains("inverse", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_caller_may_not_see_is_neither_found_nor_suggested()
    {
        TableId[] bound = [MusicSchema.Albums.Id, MusicSchema.Tracks.Id];
        MusicSchema.Bind("tracks.ms = 1", null, bound).Succeeds();
        Assert.Equal("unknown relation 'artist' at 1", MusicSchema.Bind("artist.Name = 'x'", null, bound).FailsWith("invalid_filter").Details[0].Message);
        Assert.Equal("unknown relation 'artis' at 1", MusicSchema.Bind("artis.Name = 'x'", null, bound).FailsWith("invalid_filter").Details[0].Message);
        Assert.Equal("unknown column 'artist' at 1; did you mean 'artist_id'?", MusicSchema.Bind("artist = 1", null, bound).FailsWith("invalid_filter").Details[0].Message);
    }

    [Fact]
    public void Names_of_a_condition_on_groups_are_those_of_its_outputs()
    {
        FilterOutput[] outputs = [new("count", ColumnType.Integer), new("sum_cost", ColumnType.Decimal, 2), new("artist.Name", ColumnType.Text), new("Count", ColumnType.Text)];
        Assert.Equal("(#0 Greater 5 and #1 GreaterOrEqual DECIMAL 9.50 and Lower(#2) Equal 'x' and #3 Equal 'y')",
            CanonicalText.Of(FilterText.BindOutputs(outputs, "count > 5 and SUM_cost >= 9.5 and lower(artist.Name) = 'x' and Count = 'y'", MusicSchema.Now).Succeeds()));
        var error = FilterText.BindOutputs(outputs, "sum_cots > 5", MusicSchema.Now).FailsWith("invalid_filter");
        Assert.Equal("having", error.Details[0].Field);
        Assert.Equal("unknown name 'sum_cots' at 1; did you mean 'sum_cost'?", error.Details[0].Message);
    }
}
