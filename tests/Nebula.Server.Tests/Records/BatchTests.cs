using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Records;

public sealed class BatchTests(SharedServer shared) : ServerTests(shared)
{
    private const string Batch = "/api/v1/databases/shop/batch";

    [Fact]
    public async Task Operations_of_every_kind_run_in_their_order_and_see_one_another()
    {
        var owner = await OpenAsync();

        var answer = (await RunAsync(owner, """
            {"op":"create","table":"people","data":{"email":"a","age":1}},
            {"op":"get","table":"people","id":1},
            {"op":"update","table":"PEOPLE","id":"1","data":{"age":2}},
            {"op":"upsert","table":"people","data":{"email":"a","age":3},"on_conflict":"email"},
            {"op":"upsert","table":"people","data":{"email":"b","age":9},"on_conflict":"email","resolution":"ignore"},
            {"op":"update","table":"people","filter":"age > 2","max_affected":5,"data":{"note":"old"}},
            {"op":"get","table":"people","id":1},
            {"op":"delete","table":"people","id":2,"if_match":"*"},
            {"op":"delete","table":"people","filter":"age > 100","max_affected":1}
            """)).ShouldBe(200);

        var results = answer.Json.List("results").ToList();
        Assert.Equal([201, 200, 200, 200, 201, 200, 200, 204, 200], results.Select(r => r.Number("status")));
        Assert.Equal([1, 1, 1, 1, 2, 1, 2], results.Where(r => r.TryGetProperty("record_id", out _)).Select(r => r.Number("record_id")));
        Assert.Equal([1, 1, 2, 3, 9, 3], results.Where(r => r.TryGetProperty("record", out _)).Select(r => r.GetProperty("record").Number("age")));
        Assert.Equal((2, 0), (results[5].Number("affected"), results[8].Number("affected")));
        Assert.Equal("old", results[6].GetProperty("record").Text("note"));
        Assert.Equal(["status", "record_id"], results[7].Names());
        Assert.Equal(["status", "affected"], results[5].Names());
        var left = (await owner.GetAsync($"{People}/1")).ShouldBe(200);
        Assert.Equal(left.Etag, results[6].Text("etag"));
        Assert.Equal(left.Body, results[6].GetProperty("record").GetRawText());
        (await owner.GetAsync($"{People}/2")).ShouldBe(404, "record_not_found");
    }

    [Fact]
    public async Task A_whole_string_refers_to_an_earlier_result()
    {
        var owner = await OpenAsync();

        var answer = (await RunAsync(owner, """
            {"op":"create","table":"people","data":{"email":"$$0.record_id","age":41,"note":"costs $5.00"}},
            {"op":"create","table":"notes","data":{"person_id":"$0.record_id","text":"$0.email"}},
            {"op":"update","table":"people","id":"$1.person_id","data":{"age":"$0.AGE","note":"$1.text"}},
            {"op":"get","table":"people","id":"$2.record_id"}
            """)).ShouldBe(200);

        var person = answer.Json.List("results").ToList()[3].GetProperty("record");
        Assert.Equal(("$0.record_id", 41, "$0.record_id"), (person.Text("email"), person.Number("age"), person.Text("note")));
        var note = (await owner.GetAsync("/api/v1/databases/shop/tables/notes/records/1")).ShouldBe(200);
        Assert.Equal((1, "$0.record_id"), (note.Number("person_id"), note.Text("text")));
    }

    [Fact]
    public async Task What_stands_in_a_JSON_column_is_left_alone_and_values_of_every_type_can_be_referred_to()
    {
        var owner = await OpenAsync();
        (await owner.PostAsync("/api/v1/databases/shop/tables", """{"table_name":"things","id_type":"uuid","columns":[{"name":"doc","type":"JSON"},{"name":"price","type":"DECIMAL(8,2)"},{"name":"sold","type":"BOOLEAN"},{"name":"at","type":"DATETIME"},{"name":"of","type":"UUID"}]}""")).ShouldBe(201);

        var answer = (await RunAsync(owner, """
            {"op":"create","table":"things","data":{"doc":"$0.record_id","price":"9.90","sold":true,"at":"2026-11-23T10:00:00Z"}},
            {"op":"create","table":"things","data":{"doc":{"a":"$$x"},"price":"$0.price","sold":"$0.sold","at":"$0.at","of":"$0.record_id"}},
            {"op":"delete","table":"things","id":"$1.of"}
            """)).ShouldBe(200);

        var results = answer.Json.List("results").ToList();
        var (first, second) = (results[0].GetProperty("record"), results[1].GetProperty("record"));
        Assert.Equal("$0.record_id", first.Text("doc"));
        Assert.Equal("""{"a":"$$x"}""", second.GetProperty("doc").GetRawText());
        Assert.All(["price", "sold", "at"], column => Assert.Equal(first.GetProperty(column).GetRawText(), second.GetProperty(column).GetRawText()));
        Assert.Equal(first.Text("id"), second.Text("of"));
        Assert.Equal(first.Text("id"), results[2].Text("record_id"));
    }

    [Theory]
    [InlineData("""{"op":"create","table":"people","data":{"email":"$0.record_id"}}""", 0, "data.email", "invalid")]
    [InlineData("""{"op":"create","table":"people","data":{"email":"$9999999999999.record_id"}}""", 0, "data.email", "invalid")]
    [InlineData("""{"op":"get","table":"people","id":"$1.record_id"},{"op":"create","table":"people","data":{"age":1}}""", 0, "id", "invalid")]
    [InlineData("""{"op":"create","table":"people","data":{"age":1}},{"op":"create","table":"people","data":{"email":"$0.none"}}""", 1, "data.email", "unknown_column")]
    [InlineData("""{"op":"delete","table":"people","id":1},{"op":"create","table":"people","data":{"email":"$0.record_id"}}""", 1, "data.email", "invalid")]
    [InlineData("""{"op":"delete","table":"people","filter":"id=1","max_affected":1},{"op":"create","table":"people","data":{"email":"$0.record_id"}}""", 1, "data.email", "invalid")]
    public async Task What_can_not_be_referred_to_is_told_with_its_operation(string operations, int operation, string field, string code)
    {
        var owner = await OpenAsync();

        var answer = await RunAsync(owner, operations);

        answer.ShouldBe(400, "invalid_body", (field, code));
        Assert.Equal(operation, answer.Number("operation"));
    }

    [Theory]
    [InlineData("""{"op":"create","table":"people","data":{"age":"x"}}""", 400, "invalid_record")]
    [InlineData("""{"op":"create","table":"people","data":{"age":"$0.email"}}""", 400, "invalid_record")]
    [InlineData("""{"op":"create","table":"people","data":{"email":"taken"}}""", 409, "unique_violation")]
    [InlineData("""{"op":"create","table":"none","data":{"age":1}}""", 404, "table_not_found")]
    [InlineData("""{"op":"update","table":"people","id":99,"data":{"age":1}}""", 404, "record_not_found")]
    [InlineData("""{"op":"update","table":"people","id":"$0.email","data":{"age":1}}""", 404, "record_not_found")]
    [InlineData("""{"op":"get","table":"people","id":"x"}""", 404, "record_not_found")]
    [InlineData("""{"op":"update","table":"people","id":1,"data":{"age":1},"if_match":"\"AAAAAAAAAAAAAAAAAAAAAA\""}""", 412, "precondition_failed")]
    [InlineData("""{"op":"delete","table":"people","id":1,"if_match":"W/\"x\""}""", 412, "precondition_failed")]
    [InlineData("""{"op":"delete","table":"people","filter":"id is not null","max_affected":1}""", 422, "max_affected_exceeded")]
    [InlineData("""{"op":"delete","table":"people","filter":"nmae = 1","max_affected":1}""", 400, "invalid_filter")]
    [InlineData("""{"op":"delete","table":"people","filter":"id is not null"}""", 400, "required")]
    [InlineData("""{"op":"delete","table":"people","max_affected":1}""", 400, "required")]
    [InlineData("""{"op":"upsert","table":"people","data":{"age":1},"on_conflict":"age"}""", 400, "invalid_body")]
    public async Task An_operation_that_fails_undoes_all_and_is_named(string operation, int status, string code)
    {
        var owner = await OpenAsync();
        await owner.AddAsync(People, new { email = "taken" });

        var answer = await RunAsync(owner, """{"op":"create","table":"people","data":{"email":"first"}},{"op":"update","table":"people","id":1,"data":{"age":5}},""" + operation);

        answer.ShouldBe(status, code);
        Assert.Equal(2, answer.Number("operation"));
        Assert.Equal(1, await BulkInsertTests.TotalAsync(owner, People));
        Assert.Equal(JsonValueKind.Null, (await owner.GetAsync($"{People}/1"))["age"].ValueKind);
    }

    [Theory]
    [InlineData("{}", "operations required")]
    [InlineData("""{"operations":[]}""", "operations out_of_range")]
    [InlineData("""{"operations":{}}""", "operations wrong_type")]
    [InlineData("""{"operations":[1],"x":1}""", "operations[0] wrong_type|x unknown_attribute")]
    [InlineData("""{"operations":[{}]}""", "operations[0].op invalid|operations[0].table required")]
    [InlineData("""{"operations":[{"op":"insert","table":"a b"}]}""", "operations[0].op invalid|operations[0].table invalid")]
    [InlineData("""{"operations":[{"op":"create","table":"people"}]}""", "operations[0].data required")]
    [InlineData("""{"operations":[{"op":"create","table":"people","data":[],"id":1}]}""", "operations[0].data wrong_type|operations[0].id unknown_attribute")]
    [InlineData("""{"operations":[{"op":"update","table":"people","id":null,"data":{}}]}""", "operations[0].id wrong_type")]
    [InlineData("""{"operations":[{"op":"update","table":"people","id":1,"filter":"a=1","max_affected":1,"data":{}}]}""", "operations[0].id unknown_attribute")]
    [InlineData("""{"operations":[{"op":"delete","table":"people","filter":"a=1","max_affected":0}]}""", "operations[0].max_affected out_of_range")]
    [InlineData("""{"operations":[{"op":"delete","table":"people","id":1,"if_match":"x"}]}""", "operations[0].if_match invalid")]
    [InlineData("""{"operations":[{"op":"upsert","table":"people","data":{"age":1}}]}""", "operations[0].on_conflict required")]
    [InlineData("""{"operations":[{"op":"get","table":"people"}]}""", "operations[0].id required")]
    public async Task What_is_no_batch_is_refused_with_every_fault(string body, string details)
    {
        var owner = await OpenAsync();
        var expected = details.Split('|').Select(d => d.Split(' ')).Select(d => (d[0], d[1])).ToArray();

        (await owner.PostAsync(Batch, body)).ShouldBe(400, "invalid_body", expected);
    }

    [Fact]
    public async Task A_function_that_overflows_is_told_with_its_operation()
    {
        var owner = await OpenAsync();

        var answer = await RunAsync(owner, """{"op":"create","table":"people","data":{"age":-9223372036854775808}},{"op":"delete","table":"people","filter":"abs(age) > 0","max_affected":1}""");

        answer.ShouldBe(422, "overflow");
        Assert.Equal(1, answer.Number("operation"));
        Assert.Equal(0, await BulkInsertTests.TotalAsync(owner, People));
    }

    [Fact]
    public async Task A_thousand_operations_are_taken_and_not_one_more()
    {
        var owner = await OpenAsync();
        static string Many(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $$$"""{"op":"create","table":"people","data":{"age":{{{i}}}}}"""));

        (await RunAsync(owner, Many(1001))).ShouldBe(400, "invalid_body", ("operations", "out_of_range"));
        Assert.Equal(1000, (await RunAsync(owner, Many(1000))).ShouldBe(200)["results"].GetArrayLength());

        Assert.Equal(1000, await BulkInsertTests.TotalAsync(owner, People));
    }

    [Fact]
    public async Task Each_operation_needs_its_own_scope_and_the_right_on_its_table()
    {
        var owner = await OpenAsync();
        await owner.AddAsync(People, new { email = "secret" });
        var reader = await owner.CreateApiKeyAsync("shop", "records:read");
        var writer = await owner.CreateApiKeyAsync("shop", "records:write");
        var bound = await owner.CreateApiKeyAsync("shop", new { name = "notes", tables = new[] { "notes" } });
        const string Create = """{"op":"create","table":"people","data":{"age":1}}""";
        const string Get = """{"op":"get","table":"people","id":1}""";

        var read = await RunAsync(reader, $"{Get},{Create}");
        var refer = await RunAsync(writer, """{"op":"update","table":"people","id":1,"data":{"age":1}},{"op":"create","table":"people","data":{"age":"$0.email"}}""");
        read.ShouldBe(403, "scope_missing");
        refer.ShouldBe(403, "scope_missing");
        Assert.Equal((1, 1), (read.Number("operation"), refer.Number("operation")));
        (await RunAsync(reader, Get)).ShouldBe(200);
        (await RunAsync(writer, Get)).ShouldBe(403, "scope_missing");
        (await RunAsync(writer, """{"op":"delete","table":"people","filter":"email='secret'","max_affected":1}""")).ShouldBe(403, "scope_missing");
        (await RunAsync(bound, """{"op":"create","table":"notes","data":{"text":"x"}},""" + Create)).ShouldBe(403, "forbidden");
        var written = (await RunAsync(writer, """{"op":"create","table":"people","data":{"age":1}},{"op":"update","table":"people","id":"$0.record_id","data":{"age":2}}""")).ShouldBe(200);
        Assert.All(written.Json.List("results"), r => Assert.Equal(["status", "record_id"], r.Names()));
        Assert.Equal(2, await BulkInsertTests.TotalAsync(owner, People));
    }

    private const string People = "/api/v1/databases/shop/tables/people/records";

    private static Task<Answer> RunAsync(Visitor visitor, string operations) => visitor.PostAsync(Batch, $$"""{"operations":[{{operations}}]}""");

    private async Task<Owner> OpenAsync()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        await owner.CreateTableAsync("shop", "people", "email TEXT unique", "age INTEGER", "note TEXT");
        await owner.CreateTableAsync("shop", "notes", "person_id INTEGER", "text TEXT");
        return owner;
    }
}
