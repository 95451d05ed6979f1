using CsCheck;
using Nebula.Core.Records;
using Nebula.Core.Records.Filters;
using Nebula.Core.Records.Queries;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Records;

public sealed class RecordQueryTests
{
    private readonly Table _table = Some.Table("title TEXT", "year INTEGER", "price REAL", "cover BLOB", "sold BOOLEAN");

    [Fact]
    public void Without_parameters_it_is_the_first_hundred_by_id_with_all_columns_and_the_total()
    {
        var query = Read("");
        Assert.Equal(100, query.Limit);
        Assert.Equal(0, query.Offset);
        Assert.Equal("id", SortOf(query));
        Assert.Null(query.Fields);
        Assert.Null(query.Filter);
        Assert.Equal(CountMode.Exact, query.Count);
    }

    [Theory]
    [InlineData("limit", "offset", "sort", "order", "fields", "count")]
    [InlineData("$limit", "$offset", "$sort", "$order", "$fields", "$count")]
    public void Each_word_may_be_written_with_a_dollar(string limit, string offset, string sort, string order, string fields, string count)
    {
        var query = Read($"{limit}=10&{offset}=20&{sort}=Year&{order}=DESC&{fields}=year, TITLE&{count}=none");
        Assert.Equal(10, query.Limit);
        Assert.Equal(20, query.Offset);
        Assert.Equal("-year -id", SortOf(query));
        Assert.Equal(["year", "title"], query.Fields!.Select(f => f.Name)); // was given
        Assert.Equal(CountMode.None, query.Count);
    }

    [Theory]
    [InlineData("limit", "1", null)]
    [InlineData("limit", "1000", null)]
    [InlineData("limit", "0", "out_of_range")]
    [InlineData("limit", "1001", "out_of_range")]
    [InlineData("limit", "-1", "out_of_range")]
    [InlineData("limit", "4294967297", "out_of_range")]
    [InlineData("limit", "9223372036854775808", "out_of_range")]
    [InlineData("limit", "-99999999999999999999", "out_of_range")]
    [InlineData("limit", "", "wrong_type")]
    [InlineData("limit", "ten", "wrong_type")]
    [InlineData("limit", "-", "wrong_type")]
    [InlineData("limit", "1.0", "wrong_type")]
    [InlineData("limit", "1e2", "wrong_type")]
    [InlineData("limit", " 1", "wrong_type")]
    [InlineData("limit", "0x10", "wrong_type")]
    [InlineData("limit", "1\0", "wrong_type")]
    [InlineData("offset", "0", null)]
    [InlineData("offset", "9223372036854775807", null)]
    [InlineData("offset", "-1", "out_of_range")]
    [InlineData("offset", "9223372036854775808", "out_of_range")]
    [InlineData("offset", "", "wrong_type")]
    [InlineData("offset", "1,000", "wrong_type")]
    [InlineData("sort", "id", null)]
    [InlineData("sort", "updated_at", null)]
    [InlineData("sort", "nope", "unknown_column")]
    [InlineData("sort", "", "unknown_column")]
    [InlineData("sort", "year,title", null)]
    [InlineData("sort", "-year", null)]
    [InlineData("sort", "-year:nullsfirst,title:nullslast", null)]
    [InlineData("sort", "year:nullsomewhere", "invalid")]
    [InlineData("sort", "year,-year", "duplicate")]
    [InlineData("sort", "--year", "unknown_column")]
    [InlineData("sort", "year,", "unknown_column")]
    [InlineData("sort", "artist.name", "unknown_column")]
    [InlineData("sort", "year; DROP TABLE albums", "unknown_column")]
    [InlineData("order", "asc", null)]
    [InlineData("order", "Desc", null)]
    [InlineData("order", "", "invalid")]
    [InlineData("order", "descending", "invalid")]
    [InlineData("fields", "id", null)]
    [InlineData("fields", " id , created_at ", null)]
    [InlineData("fields", "", "unknown_column")]
    [InlineData("fields", "id,", "unknown_column")]
    [InlineData("fields", "id,nope", "unknown_column")]
    [InlineData("fields", "*", "unknown_column")]
    [InlineData("count", "exact", null)]
    [InlineData("count", "none", null)]
    [InlineData("count", "estimated", null)]
    [InlineData("count", "", "invalid")]
    [InlineData("count", "EXACT", "invalid")]
    [InlineData("nope", "1", "unknown_parameter")]
    [InlineData("", "1", "unknown_parameter")]
    [InlineData("Limit", "1", "unknown_parameter")]
    [InlineData("$year", "1", "unknown_parameter")]
    [InlineData("filter", "year > 1", null)]
    [InlineData("$filter", "year > 1", null)]
    [InlineData("search", "x", "invalid")] // without a full-text index
    [InlineData("expand", "artist", "unknown_column")]
    [InlineData("cursor", "", null)]
    [InlineData("year\"", "1", "unknown_parameter")]
    public void A_parameter_is_checked(string name, string value, string? code)
    {
        var parsed = Parse(_table, [new(name, value)]);
        if (code is null)
            parsed.Succeeds();
        else
            parsed.FailsWith("invalid_parameter", $"{name} {code}");
    }

    [Theory]
    [InlineData("year", "1957", "integer 1957")]
    [InlineData("YEAR", "-1", "integer -1")]
    [InlineData("year", "9223372036854775807", "integer 9223372036854775807")]
    [InlineData("year", "-9223372036854775808", "integer -9223372036854775808")]
    [InlineData("id", "7", "integer 7")]
    [InlineData("price", "9.99", "real 9.99")]
    [InlineData("price", "-1e3", "real -1000")]
    [InlineData("price", "5", "real 5")]
    [InlineData("title", "Blue Train", "text Blue Train")]
    [InlineData("title", "", "text ")]
    [InlineData("title", "Grüße 😀", "text Grüße 😀")]
    [InlineData("title", "1", "text 1")]
    [InlineData("title", "' OR 1=1 --", "text ' OR 1=1 --")]
    [InlineData("created_at", "2026-11-24T10:00:00.007Z", "text 2026-11-24T10:00:00.007Z")]
    [InlineData("cover", "Af8=", "blob 01FF")]
    [InlineData("cover", "", "blob ")]
    [InlineData("sold", "true", "integer 1")]
    [InlineData("sold", "False", "integer 0")]
    [InlineData("sold", "1", "integer 1")]
    [InlineData("sold", "0", "integer 0")]
    public void A_column_is_an_equality_of_its_type(string column, string value, string expected)
    {
        var equality = Assert.Single(EqualitiesOf(Read($"{column}={value}")));
        Assert.Equal(column, equality.Column, ignoreCase: true);
        Assert.Equal(expected, equality.Value.Shown());
    }

    [Theory]
    [InlineData("year", "", "wrong_type")]
    [InlineData("year", "x", "wrong_type")]
    [InlineData("year", "1.5", "wrong_type")]
    [InlineData("year", "null", "wrong_type")]
    [InlineData("year", "1\0", "wrong_type")]
    [InlineData("year", "9223372036854775808", "out_of_range")]
    [InlineData("year", "-99999999999999999999999999", "out_of_range")]
    [InlineData("price", "", "wrong_type")]
    [InlineData("price", "x", "wrong_type")]
    [InlineData("price", "NaN", "wrong_type")]
    [InlineData("price", "Infinity", "wrong_type")]
    [InlineData("price", "-∞", "wrong_type")]
    [InlineData("price", "1,5", "wrong_type")]
    [InlineData("price", "1.5\0", "wrong_type")]
    [InlineData("price", "1e400", "out_of_range")]
    [InlineData("price", "-1e400", "out_of_range")]
    [InlineData("title", "a\0b", "wrong_type")]
    [InlineData("cover", "A", "not_base64")]
    [InlineData("cover", "-_-_", "not_base64")]
    [InlineData("sold", "2", "wrong_type")]
    [InlineData("sold", "yes", "wrong_type")]
    [InlineData("sold", "true\0", "wrong_type")]
    [InlineData("sold", " true", "wrong_type")]
    [InlineData("sold", "", "wrong_type")]
    public void A_value_that_is_not_of_the_columns_type_is_refused(string column, string value, string code) =>
        Parse(_table, [new(column, value)]).FailsWith("invalid_parameter", $"{column} {code}");

    [Fact]
    public void Several_columns_are_several_equalities_in_their_order() =>
        Assert.Equal(["year", "title", "sold"], EqualitiesOf(Read("year=1&title=x&sold=0")).Select(e => e.Column));

    [Fact]
    public void Every_fault_is_named_at_once() => Fails(
        "limit=0&nope=1&sort=x&year=y&order=up&fields=a,b",
        "limit out_of_range", "nope unknown_parameter", "sort unknown_column", "year wrong_type", "order invalid", "fields unknown_column",
        "fields unknown_column");

    [Theory]
    [InlineData("limit=1&limit=1", "limit duplicate")]
    [InlineData("limit=1&$limit=1", "$limit duplicate")]
    [InlineData("$offset=1&offset=1", "offset duplicate")]
    [InlineData("sort=id&$sort=id", "$sort duplicate")]
    [InlineData("order=asc&$order=asc", "$order duplicate")]
    [InlineData("fields=id&$fields=id", "$fields duplicate")]
    [InlineData("count=none&$count=none", "$count duplicate")]
    [InlineData("year=1&year=1", "year duplicate")]
    [InlineData("year=1&YEAR=2", "YEAR duplicate")]
    public void What_is_given_twice_is_refused(string parameters, string fault) => Fails(parameters, fault);

    [Fact]
    public void A_column_named_twice_among_the_fields_is_given_once() =>
        Assert.Equal(["year", "id"], Read("fields=year,id,YEAR").Fields!.Select(f => f.Name)); // was given

    [Fact]
    public void The_five_words_of_v02_beat_columns_of_their_names()
    {
        var table = Some.Table("limit INTEGER", "offset INTEGER", "sort TEXT", "order TEXT", "fields TEXT", "count INTEGER");
        var query = Read(table, "limit=1&offset=2&sort=order&order=desc&fields=limit&count=5");

        Assert.Equal((1, 2L, "-order -id"), (query.Limit, query.Offset, SortOf(query)));
        Assert.Equal(["limit"], query.Fields!.Select(f => f.Name)); // was given
        Assert.Equal(["count"], EqualitiesOf(query).Select(e => e.Column));
        Assert.Equal(CountMode.Exact, query.Count);
    }

    [Fact]
    public void A_newer_word_gives_way_to_a_column_of_its_name_and_has_its_dollar()
    {
        var query = Read(Some.Table("count INTEGER"), "count=5&$count=none");
        Assert.Equal("integer 5", Assert.Single(EqualitiesOf(query)).Value.Shown());
        Assert.Equal(CountMode.None, query.Count);
    }

    [Fact]
    public void A_word_with_a_dollar_is_never_a_column()
    {
        var query = Read(Some.ForeignTable("$count INTEGER", "$limit INTEGER"), "$count=none&$limit=3");
        Assert.Null(query.Filter);
        Assert.Equal((CountMode.None, 3), (query.Count, query.Limit));
    }

    [Theory]
    [InlineData("sort=-year", "-year -id")]
    [InlineData("sort=-year,title", "-year title id")]
    [InlineData("sort=title,-id", "title -id")]
    [InlineData("sort=year:nullslast,-price:nullsfirst", "year:nullslast -price:nullsfirst -id")]
    [InlineData("sort=year&order=desc", "-year -id")]
    [InlineData("order=desc", "-id")]
    public void The_key_stands_behind_the_columns_that_were_asked_for(string parameters, string sort) => Assert.Equal(sort, SortOf(Read(parameters)));

    [Theory]
    [InlineData("sort=-year&order=desc", "order invalid")]
    [InlineData("sort=year,title&order=asc", "order invalid")]
    [InlineData("cursor=&offset=3", "offset invalid")]
    public void What_says_two_things_at_once_is_refused(string parameters, string fault) => Fails(parameters, fault);

    [Fact]
    public void A_cursor_is_good_for_its_own_list_alone()
    {
        var (table, lists) = (_table, new[] { "", "sort=year", "sort=-id", "filter=year > 1", "year=1", "sort=year&filter=year > 1", "filter=year > 2" });
        foreach (var made in lists)
        {
            var query = Read(made);
            var cursor = Some.Cursors.Sign(query.Identity.Span, [.. query.Sort.Select(_ => TypedValue.Of(7))]);
            foreach (var used in lists)
            {
                var parsed = Parse(table, [.. Split(used), new("cursor", cursor!)]); // short enough to be one
                if (used == made)
                    Assert.Equal(TypedValue.Of(7), parsed.Succeeds().After![0]); // was given
                else
                    parsed.FailsWith("invalid_cursor");
            }

            Parse(table, [.. Split(made), new("cursor", "x" + cursor)]).FailsWith("invalid_cursor");
            Parse(table, [.. Split(made), new("cursor", "AAAA")]).FailsWith("invalid_cursor");
        }
    }

    [Fact]
    public void A_table_without_a_key_is_sorted_by_its_first_column() =>
        Assert.Equal("b", SortOf(Read(Some.ForeignTable("b TEXT", "a TEXT"), "")));

    [Fact]
    public void Fields_can_be_read_by_themselves()
    {
        Assert.Equal(["title", "id"], RecordQuery.ParseFields(_table, "title,ID").Succeeds().Select(f => f.Name));
        RecordQuery.ParseFields(_table, "title,nope").FailsWith("invalid_parameter", "fields unknown_column");
    }

    [Fact]
    public void A_long_name_is_shortened_in_the_answer() =>
        Assert.Equal(new string('x', 60) + "…", Parse(_table, [new(new string('x', 10_000), "1")])
            .FailsWith("invalid_parameter").Details[0].Field);

    [Fact]
    public void A_long_value_is_not_repeated_in_the_answer()
    {
        foreach (var name in new[] { "sort", "fields", "limit", "order", "count", "year" })
            Assert.InRange(Parse(_table, [new(name, new string('x', 10_000))]).FailsWith("invalid_parameter").Message.Length, 1, 250);
    }

    [Fact]
    public void A_long_list_of_wrong_fields_does_not_make_a_long_answer() => Assert.InRange(
        RecordQuery.ParseFields(_table, new string(',', 100_000)).FailsWith("invalid_parameter").Details.Count, 1, 100);

    [Fact]
    public void Any_parameters_get_an_answer()
    {
        var names = Gen.OneOf(Gen.OneOf("limit", "$offset", "sort", "order", "fields", "count", "$count", "filter", "expand", "cursor", "search", "year", "title", "price", "cover", "sold",
            "id"), Gen.String);
        var values = Gen.OneOf(Gen.OneOf("", "1", "-1", "asc", "id,year", "true", "1e5", "AAAA", "\0", "\ud800", "none", "99999999999999999999"),
            Gen.String);
        Gen.Select(names, values).Select((n, v) => new KeyValuePair<string, string>(n, v)).Array[0, 6].Sample(
            parameters =>
            {
                if (!Parse(_table, parameters).TryGet(out var query, out var error))
                    Assert.Contains(error.Code, new[] { "invalid_parameter", "invalid_filter", "invalid_cursor" });
                else
                    Assert.InRange(query.Limit, 1, RecordQuery.MaxLimit);
            },
            iter: 10_000);
    }

    private RecordQuery Read(string parameters) => Read(_table, parameters);

    private static RecordQuery Read(Table table, string parameters) => Parse(table, Split(parameters)).Succeeds();

    private static Result<RecordQuery> Parse(Table table, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        RecordQuery.Parse(Some.QueryOf(table), parameters);

    /// <summary>The columns that have to equal a value, with the value, in their order.</summary>
    private static List<(string Column, TypedValue Value)> EqualitiesOf(RecordQuery query) => query.Filter switch
    {
        null => [],
        Condition.All all => [.. all.Parts.Select(EqualityOf)],
        var one => [EqualityOf(one)],
    };

    private static (string Column, TypedValue Value) EqualityOf(Condition condition)
    {
        var equality = Assert.IsType<Condition.Compare>(condition);
        Assert.Equal(Comparison.Equal, equality.Comparison);
        return (Assert.IsType<Operand.Field>(equality.Left).Column.Name, Assert.IsType<Operand.Literal>(equality.Right).Value);
    }

    private static string SortOf(RecordQuery query) =>
        string.Join(' ', query.Sort.Select(k => $"{(k.IsDescending ? "-" : "")}{k.Column.Name}{(k.NullsFirst == k.IsDescending ? k.NullsFirst ? ":nullsfirst" : ":nullslast" : "")}"));

    private void Fails(string parameters, params string[] faults) =>
        Parse(_table, Split(parameters)).FailsWith("invalid_parameter", faults);

    private static List<KeyValuePair<string, string>> Split(string parameters) =>
        [.. parameters.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).Select(p => new KeyValuePair<string,
            string>(p[0], p[1]))];
}
