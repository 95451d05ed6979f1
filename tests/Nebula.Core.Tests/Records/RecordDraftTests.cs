using System.Text;
using CsCheck;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Records;

/// <summary>What a record's values become.</summary>
public sealed class RecordDraftTests
{
    private readonly Table _table = Some.Table("title TEXT", "year INTEGER", "price REAL", "cover BLOB", "sold BOOLEAN");

    [Fact]
    public void A_record_of_every_type_is_read_into_typed_values() => Assert.Equal(
        "title=text Blue Train, year=integer 1957, price=real 9.99, cover=blob 01FF, sold=integer 1",
        Read("""{"title": "Blue Train", "year": 1957, "price": 9.99, "cover": "Af8=", "sold": true}"""));

    [Fact]
    public void Values_stand_in_catalogue_order_whatever_the_order_of_the_body() => Assert.Equal(
        "title=text x, year=integer 1", Read("""{"year": 1, "title": "x"}"""));

    [Fact]
    public void What_is_not_given_is_absent_and_not_null() => Assert.Equal("year=null", Read("""{"year": null}"""));

    [Theory]
    [InlineData("\"\"", "text ")]
    [InlineData("\"Grüße 😀\"", "text Grüße 😀")]
    [InlineData("\"\\u0047r\\u00fc\\u00dfe \\ud83d\\ude00\"", "text Grüße 😀")]
    [InlineData("\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\"", "text a\"b\\c/d\b\f\n\r\t")]
    [InlineData("\"\\u0001\\u007f\"", "text \u0001\u007f")]
    [InlineData("\"\\\\u0000\"", "text \\u0000")]
    [InlineData("\"null\"", "text null")]
    [InlineData("null", "null")]
    public void Text_is_kept_as_it_is(string json, string value) => Assert.Equal(value, Read("title", json));

    [Theory]
    [InlineData("0", "real 0")]
    [InlineData("1", "real 1")]
    [InlineData("-1.5", "real -1.5")]
    [InlineData("1e3", "real 1000")]
    [InlineData("-0.0", "real -0")]
    [InlineData("0.1", "real 0.1")]
    [InlineData("1e-400", "real 0")]
    [InlineData("5e-324", "real 5E-324")]
    [InlineData("1.7976931348623157e308", "real 1.7976931348623157E+308")]
    [InlineData("9223372036854775808", "real 9.223372036854776E+18")]
    public void A_real_takes_any_finite_number(string json, string value) => Assert.Equal(value, Read("price", json));

    [Theory]
    [InlineData("true", "integer 1")]
    [InlineData("false", "integer 0")]
    [InlineData("1", "integer 1")]
    [InlineData("0", "integer 0")]
    [InlineData("1.0", "integer 1")]
    [InlineData("-0", "integer 0")]
    [InlineData("10e-1", "integer 1")]
    public void A_boolean_is_true_false_1_or_0(string json, string value) => Assert.Equal(value, Read("sold", json));

    [Theory]
    [InlineData("\"\"", "blob ")]
    [InlineData("\"AA==\"", "blob 00")]
    [InlineData("\"AAEC\"", "blob 000102")]
    [InlineData("\"+/+/\"", "blob FBFFBF")]
    [InlineData("\"\\u0041\\u0041\\u003d\\u003d\"", "blob 00")]
    [InlineData("\"+\\/+\\/\"", "blob FBFFBF")]
    public void A_blob_is_base64(string json, string value) => Assert.Equal(value, Read("cover", json));

    [Fact]
    public void Several_texts_and_blobs_lie_side_by_side()
    {
        var table = Some.Table("a TEXT", "b BLOB", "c TEXT", "d BLOB", "e TEXT");
        using var draft = RecordDraft.ParseNew(table, """{"a": "one", "b": "AAAA", "c": "\u0074wo", "d": "/w==", "e": "three"}"""u8).Succeeds();

        Assert.Equal("a=text one, b=blob 000000, c=text two, d=blob FF, e=text three", draft.Shown());
        Assert.Equal(3 + 3 + 3 + 1 + 5, draft.Bytes.Length);
    }

    [Theory]
    [InlineData("TITLE")]
    [InlineData("Title")]
    [InlineData("t\\u0069tle")]
    [InlineData("\\u0054\\u0049\\u0054\\u004C\\u0045")]
    public void A_column_is_found_without_case_and_through_escapes(string name) =>
        Assert.Equal("title=text x", Read($$"""{"{{name}}": "x"}"""));

    [Fact]
    public void The_id_and_the_timestamps_that_clients_send_back_are_ignored() => Assert.Equal(
        "title=text x",
        Read("""{"id": 7, "title": "x", "created_at": "2026-11-24T10:00:00.007Z", "UPDATED_AT": {"nested": [1, 2, {"x": null}]}}"""));

    [Fact]
    public void A_declared_timestamp_is_the_clients_own() => Assert.Equal(
        "created_at=text long ago",
        Read(Some.ForeignTable("created_at TEXT"), """{"created_at": "long ago"}"""));

    [Fact]
    public void A_new_record_is_stamped_with_both_times() => Assert.Equal(
        "title=text x, created_at=text 2026-11-24T10:00:00.007Z, updated_at=text 2026-11-24T10:00:00.007Z",
        Stamped(isNew: true));

    [Fact]
    public void A_changed_record_keeps_the_time_when_it_was_made() => Assert.Equal(
        "title=text x, updated_at=text 2026-11-24T10:00:00.007Z",
        Stamped(isNew: false));

    [Fact]
    public void A_table_without_managed_timestamps_gets_none()
    {
        using var draft = RecordDraft.ParseNew(Some.ForeignTable("created_at TEXT", "n INTEGER"), """{"n": 1}"""u8).Succeeds();
        Assert.Equal("n=integer 1", draft.Stamped(Some.Time, isNew: true).Shown());
    }

    [Fact]
    public void A_change_needs_only_the_columns_that_it_names()
    {
        var table = Some.Table("title TEXT required", "year INTEGER required");
        using var draft = RecordDraft.ParseChange(table, """{"year": 1}"""u8).Succeeds();
        Assert.Equal("year=integer 1", draft.Shown());
    }

    [Fact]
    public void A_required_column_with_a_default_may_be_left_out() =>
        Assert.Equal("year=integer 1", Read(Some.Table("title TEXT required defaulted", "year INTEGER"), """{"year": 1}"""));

    [Theory]
    [InlineData(" {\"year\":1} ")]
    [InlineData("\r\n\t{ \"year\" : 1 }\r\n")]
    public void White_space_around_the_object_does_not_matter(string json) => Assert.Equal("year=integer 1", Read(json));

    [Fact]
    public void A_draft_knows_the_table_that_it_was_read_for()
    {
        using var draft = RecordDraft.ParseNew(_table, """{"year": 1}"""u8).Succeeds();
        Assert.Same(_table, draft.Table);
        Assert.Equal(_table.Columns.Count, draft.Values.Length);
    }

    // The arrays of a draft come from a pool: what an earlier draft left in them must not shine through.
    [Fact]
    public void Nothing_of_an_earlier_draft_is_in_the_next_one()
    {
        for (var i = 0; i < 50; i++)
        {
            using (RecordDraft.ParseNew(_table, """{"title": "secret", "year": 1, "price": 2, "cover": "AAAA", "sold": true}"""u8).Succeeds())
            {
            }

            Assert.Equal("year=integer 2", Read("""{"year": 2}"""));
        }
    }

    [Fact]
    public void A_draft_may_be_disposed_twice()
    {
        var draft = RecordDraft.ParseNew(_table, """{"year": 1}"""u8).Succeeds();
        draft.Dispose();
        draft.Dispose();
    }

    [Fact]
    public void Any_record_that_is_written_as_json_reads_back() =>
        Gen.Select(Texts.Any, Gen.Long, Gen.Double.Where(double.IsFinite), Gen.Byte.Array[0, 200], Gen.Bool)
        .Sample((title, year, price, cover, sold) =>
        {
            title = title.Replace("\0", "", StringComparison.Ordinal);
            var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { title, year, price, cover, sold });
            using var draft = RecordDraft.ParseNew(_table, json).Succeeds();
            var values = draft.Values;
            Assert.Equal(title, Encoding.UTF8.GetString(draft.Bytes[values[1].Range]));
            Assert.Equal(year, values[2].Integer);
            Assert.Equal(price, values[3].Real);
            Assert.Equal(cover, draft.Bytes[values[4].Range]);
            Assert.Equal(sold ? 1 : 0, values[5].Integer);
        });

    private string Read(string json) => Read(_table, json);

    private string Read(string column, string value)
    {
        using var draft = RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes($$"""{"{{column}}":{{value}}}""")).Succeeds();
        return draft.Shown(column);
    }

    private static string Read(Table table, string json)
    {
        using var draft = RecordDraft.ParseNew(table, Encoding.UTF8.GetBytes(json)).Succeeds();
        return draft.Shown();
    }

    private string Stamped(bool isNew)
    {
        using var draft = RecordDraft.ParseNew(_table, """{"title": "x"}"""u8).Succeeds();
        return draft.Stamped(Some.Time, isNew).Shown();
    }
}
