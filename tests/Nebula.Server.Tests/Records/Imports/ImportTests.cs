using System.Text;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records.Imports;

public sealed class ImportTests(SharedServer shared) : ServerTests(shared)
{
    private const string Import = "/api/v1/databases/shop/tables/customers/import";

    [Fact]
    public async Task A_CSV_becomes_records()
    {
        var (owner, records) = await OpenAsync();

        var answer = await owner.PostAsync(Import, Upload.Csv("\uFEFFname,AGE,active,score,photo\r\nAda,36,true,0.5,AQI=\r\n\"Smith, \"\"J\"\"\r\nline\",-1,0,1e300,\n\"\",,,,\"\"\n"));

        Assert.Equal("""{"message":"Records imported","imported":3,"skipped":0,"errors":[]}""", answer.ShouldBe(200).Body);
        Assert.Equal(
            ["""{"id":1,"name":"Ada","age":36,"active":true,"score":0.5,"photo":"AQI="}""", """{"id":2,"name":"Smith, \"J\"\r\nline","age":-1,"active":false,"score":1E+300,"photo":null}""",
                """{"id":3,"name":"","age":null,"active":null,"score":null,"photo":""}"""],
            (await owner.GetAsync($"{records}?fields=id,name,age,active,score,photo")).Json.List("records").Select(r => r.GetRawText()));
        Assert.Equal(3, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("application/ndjson; charset=UTF-8")]
    public async Task NDJSON_becomes_records(string type)
    {
        var (owner, records) = await OpenAsync();
        var body = Encoding.UTF8.GetBytes("{\"name\":\"Ada\",\"age\":36}\r\n\n{\"active\":true,\"id\":77}\n  \n{\"name\":\"Zoë\"}");

        var answer = await owner.PostAsync(Import, new Upload(type, body));

        Assert.Equal(3, answer.ShouldBe(200).Number("imported"));
        Assert.Equal(["""{"id":1,"name":"Ada"}""", """{"id":2,"name":null}""", """{"id":3,"name":"Zoë"}"""],
            (await owner.GetAsync($"{records}?fields=id,name")).Json.List("records").Select(r => r.GetRawText()));
    }

    [Fact]
    public async Task Ids_and_timestamps_are_kept_when_that_is_asked_for()
    {
        var (owner, records) = await OpenAsync();
        const string Line = """{"id":7,"name":"Ada","created_at":"2020-01-02T03:04:05.678Z","updated_at":"2021-01-01T02:00:00+01:00"}""";

        (await owner.PostAsync($"{Import}?keep_ids=true", Upload.Ndjson(Line))).ShouldBe(200);
        (await owner.PostAsync($"{Import}?keep_ids=true", Upload.Csv("id,name,created_at\n9,Bob,2019-01-01T00:00:00Z\n,Eve,"))).ShouldBe(200);

        Assert.Equal("""{"id":7,"name":"Ada","created_at":"2020-01-02T03:04:05.678Z","updated_at":"2021-01-01T01:00:00.000Z"}""",
            (await owner.GetAsync($"{records}/7?fields=id,name,created_at,updated_at")).Body);
        Assert.Equal("2019-01-01T00:00:00.000Z", (await owner.GetAsync($"{records}/9")).Text("created_at"));
        Assert.Equal("Eve", (await owner.GetAsync($"{records}/10")).Text("name"));
        Assert.Equal(11, await owner.AddAsync(records, new { name = "next" }));
    }

    [Fact]
    public async Task Otherwise_they_are_given_anew()
    {
        var (owner, records) = await OpenAsync();

        (await owner.PostAsync(Import, Upload.Csv("id,name,created_at\n9,Bob,nonsense\n"))).ShouldBe(200);

        Assert.StartsWith("202", (await owner.GetAsync($"{records}/1")).Text("created_at"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bad_row_undoes_all_and_every_one_is_named()
    {
        var (owner, records) = await OpenAsync();

        var answer = await owner.PostAsync(Import, Upload.Csv("name,age,active\nAda,36,true\nBob,x,maybe\n\"two\nlines\",1\nEve,1,1\nFay,9223372036854775808,\n"));

        answer.ShouldBe(400, "invalid_record",
            ("line 3: age", "wrong_type"), ("line 3: active", "wrong_type"), ("line 4", "invalid"), ("line 7: age", "out_of_range"));
        Assert.Equal(0, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    [Fact]
    public async Task So_does_one_that_a_constraint_refuses()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique");
        await owner.AddAsync(records, new { email = "a@x" });

        var answer = await owner.PostAsync(Import, Upload.Csv("email\nb@x\na@x\n"));

        answer.ShouldBe(409, "unique_violation", ("line 3: email", "unique"));
        Assert.Equal(1, (await owner.GetAsync(records))["pagination"].Number("total"));
        (await owner.PostAsync(Import, Upload.Csv("email\nb@x\nb@x\n"))).ShouldBe(409, "unique_violation", ("line 3: email", "unique"));
    }

    [Fact]
    public async Task Bad_rows_are_left_out_and_reported_when_that_is_asked_for()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("email TEXT unique", "age INTEGER");
        var body = "{\"email\":\"a@x\"}\n{\"email\":\"a@x\"}\nnonsense\n{\"age\":\"x\"}\n{\"none\":1}\n[]\n{\"email\":\"b@x\"}\n";

        var answer = (await owner.PostAsync($"{Import}?on_error=skip", Upload.Ndjson(body))).ShouldBe(200);

        Assert.Equal((2, 5), (answer.Number("imported"), answer.Number("skipped")));
        Assert.Equal(["2 unique_violation", "3 invalid_json", "4 invalid_record", "5 invalid_record", "6 invalid_record"],
            answer.Json.List("errors").Select(e => $"{e.Number("line")} {e.Text("code")}"));
        Assert.Equal("age", answer.Json.List("errors").ElementAt(2).List("details").Single().Text("field"));
        Assert.Equal(["a@x", "b@x"], (await owner.GetAsync(records)).Json.List("records").Select(r => r.Text("email")));
        Assert.Equal(2, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    [Fact]
    public async Task Of_very_many_bad_rows_the_first_hundred_are_reported()
    {
        var (owner, _) = await OpenAsync();
        var rows = string.Concat(Enumerable.Range(1, 5000).Select(i => i % 2 == 0 ? $"{i}\n" : "x\n"));

        var skipped = (await owner.PostAsync($"{Import}?on_error=skip", Upload.Csv($"age\n{rows}"))).ShouldBe(200);
        var aborted = (await owner.PostAsync(Import, Upload.Csv($"age\n{rows}"))).ShouldBe(400, "invalid_record");

        Assert.Equal((2500, 2500), (skipped.Number("imported"), skipped.Number("skipped")));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 2L + 2 * i), skipped.Json.List("errors").Select(e => e.Number("line")));
        Assert.Equal(100, aborted.Details.Count);
    }

    [Theory]
    [InlineData("", "invalid_body")]
    [InlineData("\n", "invalid_body")]
    [InlineData("id\n1\n", "invalid_body")]
    [InlineData("\"name\n", "invalid_body")]
    [InlineData("name,nmae,age,Age\n", "invalid_body", "nmae unknown_column", "age duplicate")]
    [InlineData("name;DROP TABLE customers\n", "invalid_body", "name;DROP TABLE customers unknown_column")]
    public async Task A_header_that_does_not_name_columns_is_refused(string body, string code, params string[] details)
    {
        var (owner, records) = await OpenAsync();

        (await owner.PostAsync(Import, Upload.Csv(body))).ShouldBe(400, code, [.. details.Select(d => (d[..d.LastIndexOf(' ')], d[(d.LastIndexOf(' ') + 1)..]))]);
        (await owner.PostAsync($"{Import}?on_error=skip", Upload.Csv(body))).ShouldBe(400, code);
        Assert.Equal(0, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    [Fact]
    public async Task A_header_must_name_what_a_record_cannot_do_without()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateShopAsync("name TEXT not null", "age INTEGER not null");

        (await owner.PostAsync(Import, Upload.Csv("name\nAda\n"))).ShouldBe(400, "invalid_body", ("age", "required"));
        (await owner.PostAsync(Import, Upload.Csv("name,age\nAda,\n,1\n"))).ShouldBe(400, "invalid_record", ("line 2: age", "required"), ("line 3: name", "required"));
    }

    [Theory]
    [InlineData("a\"b,1")]
    [InlineData("\"a\"b,1")]
    [InlineData("\"a\n,1")]
    [InlineData("a,1,2")]
    [InlineData("a")]
    [InlineData("a\0,1")]
    public async Task A_row_of_broken_form_is_refused(string row)
    {
        var (owner, _) = await OpenAsync();

        var answer = (await owner.PostAsync(Import, Upload.Csv($"name,age\nAda,36\n{row}\n"))).ShouldBe(400, "invalid_record");

        Assert.StartsWith("line 3", answer.Details[0].Field, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INTEGER", "wrong_type")]
    [InlineData("REAL", "wrong_type")]
    [InlineData("BOOLEAN", "wrong_type")]
    [InlineData("DECIMAL(10,2)", "wrong_type")]
    [InlineData("DATE", "not_a_date")]
    [InlineData("DATETIME", "not_a_date")]
    [InlineData("UUID", "not_a_uuid")]
    [InlineData("JSON", "invalid")]
    public async Task An_empty_text_is_a_value_only_where_there_is_one(string type, string code)
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync($"value {type}");

        (await owner.PostAsync(Import, Upload.Csv("value\n\"\"\n"))).ShouldBe(400, "invalid_record", ("line 2: value", code));
        (await owner.PostAsync(Import, Upload.Csv("value\n\n"))).ShouldBe(200);
        Assert.Equal(1, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    [Fact]
    public async Task An_id_may_not_use_up_those_that_come_behind_it()
    {
        var (owner, records) = await OpenAsync();

        (await owner.PostAsync($"{Import}?keep_ids=true", Upload.Csv("id,name\n9223372036854775807,Ada\n"))).ShouldBe(400, "invalid_record", ("line 2: id", "out_of_range"));
        (await owner.PostAsync($"{Import}?keep_ids=true", Upload.Ndjson("{\"id\":9007199254740993}"))).ShouldBe(400, "invalid_record", ("line 1: id", "out_of_range"));
        (await owner.PostAsync($"{Import}?keep_ids=true", Upload.Ndjson("{\"id\":9007199254740992}"))).ShouldBe(200);

        Assert.Equal(9007199254740993, await owner.AddAsync(records, new { name = "next" }));
    }

    [Fact]
    public async Task A_header_of_more_cells_than_the_table_has_columns_is_refused()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateShopAsync("name TEXT");

        var answer = (await owner.PostAsync(Import, Upload.Csv("id,name,created_at,updated_at,name\n1,a,b,c,d\n"))).ShouldBe(400, "invalid_body");

        Assert.Contains("5 cells, the table 4 columns", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idempotency_key_is_refused_because_it_would_have_no_effect()
    {
        var (owner, records) = await OpenAsync();

        var answer = await owner.PostAsync(Import, Upload.Csv("name\nAda\n"), ("Idempotency-Key", "once"));

        answer.ShouldBe(400, "invalid_parameter", ("Idempotency-Key", "invalid"));
        Assert.Equal(0, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_what_was_taken_and_says_how_much()
    {
        await using var server = await TestServer.StartAsync(new() { ["MAX_IMPORT_BYTES"] = "4000000" });
        var owner = await server.SignUpAsync();
        var records = await owner.CreateShopAsync();
        var rows = string.Concat(Enumerable.Repeat($"{new string('n', 999)}\n", 4300)); // little more than is taken: what is on its way when the server closes the connection has room in its buffers

        var answer = await owner.PostAsync($"{Import}?on_error=skip", Upload.Csv($"name\n{rows}"), ("Transfer-Encoding", "chunked"));

        var total = (await owner.GetAsync(records))["pagination"].Number("total");
        Assert.InRange(total, 1000, 4000);
        Assert.Contains($"{total} records were imported before", answer.ShouldBe(413, "too_large").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_too_long_is_named_by_its_line()
    {
        var (owner, _) = await OpenAsync();

        var answer = await owner.PostAsync($"{Import}?on_error=skip", Upload.Ndjson($"{{\"age\":1}}\n{{\"name\":\"{new string('n', 33 * 1024 * 1024)}\"}}\n"));

        Assert.Contains("begins in line 2 ", answer.ShouldBe(400, "invalid_body").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_null_of_JSON_is_a_null_in_either_format()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync("value JSON");

        (await owner.PostAsync(Import, Upload.Csv("value\nnull\n\" null \"\n[null]\n"))).ShouldBe(200);
        (await owner.PostAsync(Import, Upload.Ndjson("{\"value\":null}"))).ShouldBe(200);

        Assert.Equal(3, (await owner.GetAsync($"{records}?filter=value%20is%20null"))["pagination"].Number("total"));
    }

    [Fact]
    public async Task Every_column_of_a_violated_constraint_is_named()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        (await owner.PostAsync("/api/v1/databases/shop/tables", new
        {
            table_name = "customers",
            columns = new object[] { new { name = "a", type = "INTEGER" }, new { name = "b", type = "INTEGER" } },
            unique = new[] { new[] { "a", "b" } },
        })).ShouldBe(201);

        (await owner.PostAsync(Import, Upload.Csv("a,b\n1,1\n1,2\n1,1\n"))).ShouldBe(409, "unique_violation", ("line 4: a", "unique"), ("line 4: b", "unique"));
        (await owner.PostAsync($"{Import}?keep_ids=true", Upload.Csv("id,a\n5,1\n5,2\n"))).ShouldBe(409, "unique_violation", ("line 3: id", "unique"));
    }

    [Fact]
    public async Task Text_that_is_not_UTF_8_is_refused()
    {
        var (owner, _) = await OpenAsync();

        (await owner.PostAsync(Import, new Upload("text/csv", [.. "name\n"u8, 0xC3, 0x28, .. "\n"u8]))).ShouldBe(400, "invalid_record", ("line 2: name", "invalid"));
        (await owner.PostAsync(Import, new Upload("application/ndjson", [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}\n"u8]))).ShouldBe(400, "invalid_record", ("line 1", "invalid"));
    }

    [Theory]
    [InlineData("on_error=stop", "on_error not_allowed")]
    [InlineData("keep_ids=1", "keep_ids not_allowed")]
    [InlineData("keep_ids=true&keep_ids=true", "keep_ids duplicate")]
    [InlineData("format=csv", "format unknown_parameter")]
    public async Task Every_offending_parameter_is_named(string query, params string[] details)
    {
        var (owner, _) = await OpenAsync();

        (await owner.PostAsync($"{Import}?{query}", Upload.Csv("name\nAda\n"))).ShouldBe(400, "invalid_parameter", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("text/csv; charset=utf-16")]
    [InlineData("application/vnd.sqlite3")]
    public async Task Another_media_type_is_refused(string type)
    {
        var (owner, _) = await OpenAsync();

        (await owner.PostAsync(Import, new Upload(type, [.. "name\nAda\n"u8]))).ShouldBe(415, "unsupported_media_type");
    }

    [Fact]
    public async Task Only_an_import_may_be_larger_than_other_bodies_and_not_without_bound()
    {
        await using var server = await TestServer.StartAsync(new() { ["MAX_BODY_BYTES"] = "1024", ["MAX_IMPORT_BYTES"] = "100000" });
        var owner = await server.SignUpAsync();
        var records = await owner.CreateShopAsync();

        (await owner.PostAsync(Import, Upload.Csv($"name\n{new string('n', 90_000)}\n"))).ShouldBe(200);
        (await owner.PostAsync(Import, Upload.Csv($"name\n{new string('n', 110_000)}\n"))).ShouldBe(413, "too_large");
        Assert.Equal(1, (await owner.GetAsync(records))["pagination"].Number("total"));
    }

    private async Task<(Owner, string)> OpenAsync()
    {
        var owner = await Nebula.SignUpAsync();
        return (owner, await owner.CreateShopAsync("name TEXT", "age INTEGER", "active BOOLEAN", "score REAL", "photo BLOB"));
    }
}
