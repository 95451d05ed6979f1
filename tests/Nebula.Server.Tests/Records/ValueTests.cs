using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

/// <summary>What each type of column takes and gives.</summary>
public sealed class ValueTests(SharedServer shared) : ServerTests(shared)
{
    public static TheoryData<string, string, string> Taken => new()
    {
        { "INTEGER", "30", "30" },
        { "INTEGER", "30.0", "30" },
        { "INTEGER", "3e1", "30" },
        { "INTEGER", "3E+1", "30" },
        { "INTEGER", "300e-1", "30" },
        { "INTEGER", "-0", "0" },
        { "INTEGER", "0e999999999", "0" },
        { "INTEGER", "9223372036854775807", "9223372036854775807" },
        { "INTEGER", "-9223372036854775808", "-9223372036854775808" },
        { "INTEGER", "9007199254740993", "9007199254740993" },
        { "INTEGER", "9223372036854775807.000", "9223372036854775807" },
        { "REAL", "0.1", "0.1" },
        { "REAL", "1", "1" },
        { "REAL", "-1.5e300", "-1.5E+300" },
        { "REAL", "5e-324", "5E-324" },
        { "REAL", "1.7976931348623157e308", "1.7976931348623157E+308" },
        { "REAL", "0.30000000000000004", "0.30000000000000004" },
        { "TEXT", "\"\"", "\"\"" },
        { "TEXT", "\"30\"", "\"30\"" },
        { "TEXT", "\"null\"", "\"null\"" },
        { "TEXT", "\"\\u0041\\ud83d\\ude00\"", "\"A😀\"" },
        { "TEXT", "\"\\u0001\"", "\"\\u0001\"" },
        { "TEXT", "\"'); DROP TABLE customers; --\"", "\"'); DROP TABLE customers; --\"" },
        { "BOOLEAN", "true", "true" },
        { "BOOLEAN", "false", "false" },
        { "BOOLEAN", "1", "true" },
        { "BOOLEAN", "0", "false" },
        { "BOOLEAN", "1.0", "true" },
        { "BLOB", "\"\"", "\"\"" },
        { "BLOB", "\"AA==\"", "\"AA==\"" },
        { "BLOB", "\"AAEC/+7d\"", "\"AAEC/+7d\"" },
        { "BLOB", "\"A\\u0041==\"", "\"AA==\"" },
    };

    public static TheoryData<string, string, string> Refused => new()
    {
        { "INTEGER", "30.5", "wrong_type" },
        { "INTEGER", "1e-1", "wrong_type" },
        { "INTEGER", "\"30\"", "wrong_type" },
        { "INTEGER", "true", "wrong_type" },
        { "INTEGER", "[]", "wrong_type" },
        { "INTEGER", "{}", "wrong_type" },
        { "INTEGER", "9223372036854775808", "out_of_range" },
        { "INTEGER", "-9223372036854775809", "out_of_range" },
        { "INTEGER", "1e19", "out_of_range" },
        { "INTEGER", "1e999999999", "out_of_range" },
        { "REAL", "1e309", "out_of_range" },
        { "REAL", "-1e309", "out_of_range" },
        { "REAL", "\"NaN\"", "wrong_type" },
        { "REAL", "\"1.5\"", "wrong_type" },
        { "REAL", "false", "wrong_type" },
        { "TEXT", "30", "wrong_type" },
        { "TEXT", "true", "wrong_type" },
        { "TEXT", "[\"a\"]", "wrong_type" },
        { "TEXT", "{\"$gt\": \"\"}", "wrong_type" },
        { "TEXT", "\"a\\u0000b\"", "invalid" },
        { "TEXT", "\"\\ud83d\"", "invalid" },
        { "TEXT", "\"\\ude00\\ud83d\"", "invalid" },
        { "BOOLEAN", "2", "wrong_type" },
        { "BOOLEAN", "-1", "wrong_type" },
        { "BOOLEAN", "\"true\"", "wrong_type" },
        { "BLOB", "1", "wrong_type" },
        { "BLOB", "[0, 1]", "wrong_type" },
        { "BLOB", "\"A\"", "not_base64" },
        { "BLOB", "\"====\"", "not_base64" },
        { "BLOB", "\"AA_-\"", "not_base64" },
        { "BLOB", "\"äöü=\"", "not_base64" },
        { "BLOB", "\"\\ud83d\"", "not_base64" },
    };

    [Theory]
    [MemberData(nameof(Taken))]
    public async Task A_value_of_its_type_is_stored_and_given_back(string type, string sent, string given)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync($"value {type}");

        var created = (await owner.PostAsync(records, $$"""{"value": {{sent}}}""")).ShouldBe(201);

        Assert.Equal(given, created["record"].GetProperty("value").GetRawText());
        Assert.Equal(given, (await owner.GetAsync($"{records}/1"))["value"].GetRawText());
        Assert.Equal(given, Assert.Single((await owner.GetAsync(records)).Json.List("records")).GetProperty("value").GetRawText());
        Assert.Equal(given, (await owner.PutAsync($"{records}/1", $$"""{"value": {{sent}}}""")).ShouldBe(200)["record"].GetProperty("value").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Any_other_value_is_refused_with_its_column(string type, string sent, string code)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync($"value {type}");
        await owner.AddAsync(records, """{"value": null}""");

        (await owner.PostAsync(records, $$"""{"value": {{sent}}}""")).ShouldBe(400, "invalid_record", ("value", code));
        (await owner.PutAsync($"{records}/1", $$"""{"value": {{sent}}}""")).ShouldBe(400, "invalid_record", ("value", code));

        Assert.Equal(1, (await owner.GetAsync(records))["pagination"].Number("total"));
        Assert.Equal(JsonValueKind.Null, (await owner.GetAsync($"{records}/1"))["value"].ValueKind);
    }

    [Theory]
    [InlineData("TEXT")]
    [InlineData("INTEGER")]
    [InlineData("REAL")]
    [InlineData("BOOLEAN")]
    [InlineData("BLOB")]
    public async Task Every_type_can_be_null(string type)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync($"value {type}");

        Assert.Equal(JsonValueKind.Null, (await owner.PostAsync(records, """{"value": null}""")).ShouldBe(201)["record"].GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task Every_offending_field_is_named_at_once()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT not null", "age INTEGER", "photo BLOB", "city TEXT");

        var answer = await owner.PostAsync(records, """{"age": "x", "photo": "?", "none": [1, {"a": 2}], "city": "Rome", "CITY": "Paris", "also none": null}""");

        answer.ShouldBe(
            400, "invalid_record",
            ("age", "wrong_type"), ("photo", "not_base64"), ("none", "unknown_column"), ("city", "duplicate"), ("also none", "unknown_column"),
            ("name", "required"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"id": 1}""")]
    [InlineData("""{"created_at": "2026-01-01T00:00:00.000Z", "updated_at": null}""")]
    public async Task A_record_without_a_value_is_refused(string body)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        await owner.AddAsync(records, new { name = "Ada" });

        (await owner.PostAsync(records, body)).ShouldBe(400, "invalid_record");
        (await owner.PutAsync($"{records}/1", body)).ShouldBe(400, "invalid_record");
    }

    [Fact]
    public async Task A_column_may_be_written_in_any_case_and_with_escapes()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT");

        Assert.Equal("Ada", (await owner.PostAsync(records, """{"N\u0061M\u0065": "Ada"}""")).ShouldBe(201)["record"].Text("name"));
        (await owner.PostAsync(records, """{"name": "Ada", "n\u0061me": "Eve"}""")).ShouldBe(400, "invalid_record", ("name", "duplicate"));
    }
}
