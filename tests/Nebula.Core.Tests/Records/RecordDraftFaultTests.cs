using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Records;

/// <summary>What is refused as a record, and how it is named.</summary>
public sealed class RecordDraftFaultTests
{
    private readonly Table _table = Some.Table("title TEXT", "year INTEGER", "price REAL", "cover BLOB", "sold BOOLEAN");

    [Theory]
    [InlineData("title", "1", "wrong_type")]
    [InlineData("title", "true", "wrong_type")]
    [InlineData("title", "[\"x\"]", "wrong_type")]
    [InlineData("title", "{\"x\": 1}", "wrong_type")]
    [InlineData("title", "\"\\u0000\"", "invalid")]
    [InlineData("title", "\"a\\u0000b\"", "invalid")]
    [InlineData("title", "\"\\ud800\"", "invalid")]
    [InlineData("title", "\"\\udc00\"", "invalid")]
    [InlineData("title", "\"a\\ud83d b\"", "invalid")]
    [InlineData("title", "\"\\ude00\\ud83d\"", "invalid")]
    [InlineData("year", "\"1957\"", "wrong_type")]
    [InlineData("year", "\"\"", "wrong_type")]
    [InlineData("year", "1.5", "wrong_type")]
    [InlineData("year", "true", "wrong_type")]
    [InlineData("year", "[]", "wrong_type")]
    [InlineData("year", "{}", "wrong_type")]
    [InlineData("year", "9223372036854775808", "out_of_range")]
    [InlineData("price", "\"9.99\"", "wrong_type")]
    [InlineData("price", "\"NaN\"", "wrong_type")]
    [InlineData("price", "false", "wrong_type")]
    [InlineData("price", "1e309", "out_of_range")]
    [InlineData("price", "-1e400", "out_of_range")]
    [InlineData("cover", "1", "wrong_type")]
    [InlineData("cover", "[1, 2]", "wrong_type")]
    [InlineData("cover", "\"A\"", "not_base64")]
    [InlineData("cover", "\"AA\"", "not_base64")]
    [InlineData("cover", "\"AA=\"", "not_base64")]
    [InlineData("cover", "\"====\"", "not_base64")]
    [InlineData("cover", "\"-_-_\"", "not_base64")]
    [InlineData("cover", "\"AAA!\"", "not_base64")]
    [InlineData("cover", "\"AA==AA==\"", "not_base64")]
    [InlineData("cover", "\"\\ud800\"", "not_base64")]
    [InlineData("sold", "2", "wrong_type")]
    [InlineData("sold", "-1", "wrong_type")]
    [InlineData("sold", "0.5", "wrong_type")]
    [InlineData("sold", "1e400", "wrong_type")]
    [InlineData("sold", "\"true\"", "wrong_type")]
    [InlineData("sold", "[true]", "wrong_type")]
    public void A_value_of_another_type_is_refused(string column, string value, string code) =>
        Fails($$"""{"{{column}}": {{value}}}""", $"{column} {code}");

    [Theory]
    [InlineData("artist")]
    [InlineData("")]
    [InlineData("title ")]
    [InlineData("tıtle")]
    [InlineData("ﬁ")]
    [InlineData("art\\u0069st")]
    [InlineData("\\u0000")]
    public void A_name_that_is_no_column_is_refused(string name) =>
        Fails($$"""{"year": 1, "{{name}}": {"nested": [1, {"year": 2}] } }""", $"{Regex.Unescape(name)} unknown_column");

    // A long s and the sign of Kelvin become s and k when letters are folded by Unicode's rules. Names are compared by ASCII's.
    [Fact]
    public void Only_ascii_letters_are_compared_without_case()
    {
        RecordDraft.ParseNew(Some.Table("s TEXT"), "{\"\u017F\": \"x\"}"u8).FailsWith("invalid_record", "\u017F unknown_column");
        RecordDraft.ParseNew(Some.Table("k TEXT"), "{\"\u212A\": \"x\"}"u8).FailsWith("invalid_record", "\u212A unknown_column");
        RecordDraft.ParseNew(Some.Table("i TEXT"), "{\"\u0130\": \"x\", \"\u0131\": \"x\"}"u8)
            .FailsWith("invalid_record", "\u0130 unknown_column", "\u0131 unknown_column");
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("title\\udfff")]
    [InlineData("\\ude00\\ud83d")]
    public void A_name_with_half_a_surrogate_pair_is_an_unknown_column_too(string name)
    {
        var error = RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes($$"""{"year": 1, "{{name}}": 2}""")).FailsWith("invalid_record");
        Assert.Equal("unknown_column", Assert.Single(error.Details).Code);
        Assert.Equal(error.Message, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(error.Message)));
    }

    [Fact]
    public void A_long_name_is_shortened_in_the_answer()
    {
        var error = RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes($$"""{"{{new string('x', 100_000)}}": 1}""")).FailsWith("invalid_record");
        Assert.Equal(new string('x', 60) + "…", Assert.Single(error.Details).Field);
    }

    [Fact]
    public void A_long_value_is_shortened_in_the_answer()
    {
        Assert.InRange(RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes($$"""{"year": "{{new string('x', 100_000)}}"}"""))
            .FailsWith("invalid_record").Message.Length, 1, 200);
        Assert.InRange(RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes($$"""{"year": 1.{{new string('5', 100_000)}}}"""))
            .FailsWith("invalid_record").Message.Length, 1, 200);
    }

    [Fact]
    public void A_shortened_name_or_value_is_not_cut_within_a_character()
    {
        var long60 = new string('x', 59) + string.Concat(Enumerable.Repeat("😀", 20));
        foreach (var json in new[] { $$"""{"{{long60}}": 1}""", $$"""{"year": "{{long60}}"}""" })
        {
            var error = RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes(json)).FailsWith("invalid_record");
            Assert.Equal(error.Message, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(error.Message)));
        }
    }

    [Fact]
    public void The_message_says_what_was_expected_and_what_came() => Assert.Equal(
        "'year' expects INTEGER, got \"x\".", RecordDraft.ParseNew(_table, """{"year": "x"}"""u8).FailsWith("invalid_record").Message);

    [Fact]
    public void Every_fault_of_a_body_is_named_at_once() => Fails(
        """{"title": 1, "year": "x", "artist": 2, "price": 1e999, "cover": "?", "sold": 3, "year": 4}""",
        "title wrong_type", "year wrong_type", "artist unknown_column", "price out_of_range", "cover not_base64", "sold wrong_type",
        "year duplicate");

    [Fact]
    public void Columns_that_are_missing_are_named_together_with_those_that_are_wrong() =>
        RecordDraft.ParseNew(Some.Table("title TEXT required", "year INTEGER required", "price REAL required", "note TEXT"),
            """{"price": "x", "nope": 1}"""u8)
            .FailsWith("invalid_record", "price wrong_type", "nope unknown_column", "title required", "year required");

    // Enough to mend a form; a body of a million wrong names must not become an answer of that size.
    [Fact]
    public void No_more_than_a_hundred_faults_are_named()
    {
        var body = $"{{{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"x{i}\":1"))}}}";
        Assert.Equal(100, RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes(body)).FailsWith("invalid_record").Details.Count);
    }

    [Theory]
    [InlineData("""{"year": 1, "year": 2}""")]
    [InlineData("""{"year": 1, "YEAR": 1}""")]
    [InlineData("""{"year": 1, "Y\u0065ar": 1}""")]
    [InlineData("""{"year": null, "year": 1}""")]
    [InlineData("""{"year": 1, "year": null}""")]
    public void A_column_given_twice_is_refused_whatever_its_case(string json) => Fails(json, "year duplicate");

    [Fact]
    public void A_column_given_three_times_is_named_each_time_that_is_too_much() =>
        Fails("""{"year": 1, "Year": 2, "YEAR": 3}""", "year duplicate", "year duplicate");

    [Fact]
    public void An_ignored_column_given_twice_is_refused_too() =>
        Fails("""{"id": 1, "ID": 1, "year": 1, "created_at": "", "updated_at": "", "updated_at": ""}""", "id duplicate", "updated_at duplicate");

    [Fact]
    public void A_required_column_may_not_be_null()
    {
        var table = Some.Table("title TEXT required", "year INTEGER required defaulted");
        RecordDraft.ParseNew(table, """{"title": null, "year": null}"""u8).FailsWith("invalid_record", "title required", "year required");
        RecordDraft.ParseChange(table, """{"title": null}"""u8).FailsWith("invalid_record", "title required");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" { } ")]
    [InlineData("""{"id": 1}""")]
    [InlineData("""{"id": 1, "created_at": "x", "updated_at": null}""")]
    public void A_record_without_a_column_that_can_be_written_is_refused(string json)
    {
        Fails(json);
        RecordDraft.ParseChange(_table, Encoding.UTF8.GetBytes(json)).FailsWith("invalid_record", []);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"year": 1}]""")]
    [InlineData("1")]
    [InlineData("\"year\"")]
    [InlineData("null")]
    [InlineData("true")]
    public void A_body_that_is_not_one_object_is_no_record(string json) => Fails(json);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("""{"year": 1""")]
    [InlineData("""{"year": 1,}""")]
    [InlineData("""{"year": 1}}""")]
    [InlineData("""{"year": 1} {"year": 2}""")]
    [InlineData("""{"year": 1} x""")]
    [InlineData("""{"year": 1},""")]
    [InlineData("{\"year\": 1}\0")]
    [InlineData("""{"year": 1 "title": "x"}""")]
    [InlineData("""{"year" 1}""")]
    [InlineData("""{year: 1}""")]
    [InlineData("""{'year': 1}""")]
    [InlineData("""{"year": 01}""")]
    [InlineData("""{"year": +1}""")]
    [InlineData("""{"year": 1.}""")]
    [InlineData("""{"year": .5}""")]
    [InlineData("""{"year": 1e}""")]
    [InlineData("""{"year": 0x10}""")]
    [InlineData("""{"price": NaN}""")]
    [InlineData("""{"price": Infinity}""")]
    [InlineData("""{"price": -Infinity}""")]
    [InlineData("""{"sold": True}""")]
    [InlineData("""{"year": 1 /* one */}""")]
    [InlineData("// one\n{\"year\": 1}")]
    [InlineData("{\"title\": \"a\nb\"}")]
    [InlineData("{\"title\": \"a\0b\"}")]
    [InlineData("""{"title": "\x"}""")]
    [InlineData("""{"title": "\u12"}""")]
    [InlineData("\uFEFF{\"year\": 1}")]
    [InlineData("[1, 2")]
    [InlineData("[1] x")]
    [InlineData("1 2")]
    [InlineData("""{"nope": [1, 2}""")]
    [InlineData("""{"id": [1, 2}, "year": 1}""")]
    [InlineData("""{"year": "x", "title": }""")]
    public void What_is_not_json_is_called_that(string json) =>
        RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes(json)).FailsWith("invalid_json", []);

    [Fact]
    public void The_place_where_json_ends_to_be_valid_is_named() => Assert.Equal(
        "The body is not valid JSON (line 2, byte 8).", RecordDraft.ParseNew(_table, "{\"year\":\n       ?}"u8).FailsWith("invalid_json").Message);

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        byte[][] texts = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80]];
        Assert.All(texts, text => RecordDraft.ParseNew(_table, [.. "{\"title\": \""u8, .. text, .. "\"}"u8]).FailsWith("invalid_json", []));
        RecordDraft.ParseNew(_table, Encoding.Unicode.GetBytes("{\"year\": 1}")).FailsWith("invalid_json", []);
    }

    [Theory]
    [InlineData("year")]
    [InlineData("id")]
    [InlineData("nope")]
    public void Deep_nesting_is_refused_wherever_it_is(string column)
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
            RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes($$"""{"{{column}}": {{deep}}}""")).FailsWith("invalid_json", []);
        }

        RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes(new string('[', 1_000_000))).FailsWith("invalid_json", []);
    }

    // A null there is left to the server, which still is a value given.
    [Theory]
    [InlineData("null", "\"0190f1c6-7a3e-7cc0-8b1e-3f6f1f0a2b3c\"")]
    [InlineData("\"0190f1c6-7a3e-7cc0-8b1e-3f6f1f0a2b3c\"", "null")]
    [InlineData("null", "null")]
    public void So_is_a_key_that_clients_give(string first, string second)
    {
        var id = new Column
        {
            Ordinal = 0,
            Name = "id",
            Type = ColumnType.Uuid,
            DeclaredType = "UUID",
            IsNullable = false,
            IsUnique = true,
            IsPrimaryKey = true,
            Role = ColumnRole.Id,
        };
        var table = new Table(new TableId(1), "albums", [id, Some.Column(1, "n INTEGER")], default, "CREATE TABLE albums (…)", rootPage: 2);

        RecordDraft.ParseNew(table, Encoding.UTF8.GetBytes($$"""{"id": {{first}}, "n": 1, "id": {{second}}}""")).FailsWith("invalid_record", "id duplicate");
    }

    [Fact]
    public void Nested_values_do_not_count_as_columns_of_the_record() =>
        Fails("""{"year": {"title": "x", "year": 2}, "title": ["year", {"price": 1}]}""", "year wrong_type", "title wrong_type");

    // Every body is a record, or one of two errors: never an exception.
    [Fact]
    public void Any_bytes_get_an_answer()
    {
        var pieces = Gen.OneOf(
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d800", "\"year\"", "\"title\"", "\"cover\"", "\"\\ud800\"", "\"\\u0000\"", "\"id\"",
            "1", "-", "1e5", ".5",
            "null", "true", " ", "\n", "\0", "\uFEFF", "é", "😀", "\"x\":", "\"year\":1", "{\"year\":1}", "\"sold\":", "\"price\":1e999");
        Gen.OneOf(
            pieces.Array[0, 12].Select(p => Encoding.UTF8.GetBytes(string.Concat(p))),
            pieces.Array[0, 8].Select(p => Encoding.UTF8.GetBytes($$"""{"year":1,{{string.Concat(p)}}}""")),
            Gen.Byte.Array[0, 40]).Sample(
            json =>
            {
                if (RecordDraft.ParseNew(_table, json).TryGet(out var draft, out var error))
                    draft.Dispose();
                else
                    Assert.Contains(error.Code, new[] { "invalid_json", "invalid_record" });
            },
            iter: 20_000);
    }

    private void Fails(string json, params string[] faults) =>
        RecordDraft.ParseNew(_table, Encoding.UTF8.GetBytes(json)).FailsWith("invalid_record", faults);
}
