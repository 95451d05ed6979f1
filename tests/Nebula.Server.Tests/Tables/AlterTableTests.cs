using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Tables;

public sealed class AlterTableTests(SharedServer shared) : ServerTests(shared)
{
    private const string Table = "/api/v1/databases/shop/tables/customers";
    private static readonly object _change = new { add_columns = new[] { new { name = "nickname", type = "TEXT" } } };

    [Fact]
    public async Task A_change_is_answered_with_the_table_as_it_is_now()
    {
        var owner = await OpenAsync();

        var answer = await owner.PatchAsync(Table, """{"rename_to": "clients", "rename_columns": {"name": "full_name"}, "add_columns": [{"name": "balance", "type": "decimal(10, 2)", "nullable": false, "default": 0}]}""");

        Assert.Equal(["message", "db_name", "table_name", "table"], answer.ShouldBe(200).Json.Names());
        Assert.Equal(("shop", "clients"), (answer.Text("db_name"), answer.Text("table_name")));
        Assert.Equal(
            """{"table_name":"clients","columns":[{"name":"full_name","type":"TEXT"},{"name":"age","type":"INTEGER"},{"name":"balance","type":"DECIMAL(10,2)","nullable":false,"default":"0.00"}]}""",
            answer["table"].GetRawText());
        var record = (await owner.GetAsync("/api/v1/databases/shop/tables/clients/records/1")).ShouldBe(200);
        Assert.Equal(("Ada", "0.00"), (record.Text("full_name"), record.Text("balance")));
        (await owner.GetAsync(Table + "/schema")).ShouldBe(404, "table_not_found");
    }

    [Fact]
    public async Task What_the_schema_tells_makes_the_same_table_again()
    {
        var owner = await OpenAsync();
        (await owner.PatchAsync(Table, """{"alter_columns": [{"name": "age", "check": {"min": 0}}, {"name": "name", "unique": true}], "add_columns": [{"name": "friend", "type": "INTEGER", "references": {"table": "customers"}}]}""")).ShouldBe(200);

        var declared = (await owner.GetAsync(Table + "/schema")).ShouldBe(200);
        var copy = declared["table"].GetRawText().Replace("\"table_name\":\"customers\"", "\"table_name\":\"copies\"", StringComparison.Ordinal);

        (await owner.PostAsync("/api/v1/databases/shop/tables", declared["table"].GetRawText())).ShouldBe(201);
        (await owner.PostAsync("/api/v1/databases/shop/tables", copy)).ShouldBe(201);
        Assert.Equal(copy, (await owner.GetAsync("/api/v1/databases/shop/tables/copies/schema"))["table"].GetRawText());
        Assert.Contains("customers_friend_idx", declared.Json.List("indexes").Select(i => i.Text("name")));
    }

    [Fact]
    public async Task Records_that_stand_in_the_way_are_named()
    {
        var owner = await OpenAsync();

        var answer = await owner.PatchAsync(Table, """{"alter_columns": [{"name": "age", "nullable": false}]}""");

        answer.ShouldBe(400, "required", ("alter_columns[0].nullable", "required"));
        Assert.Contains("1 record without a value: 1", answer.Text("error"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"nope": 1}""")]
    [InlineData("""{"add_columns": [{"name": "x", "type": "y"}]}""")]
    [InlineData("""{"drop_columns": ["id"]}""")]
    public async Task A_change_that_is_none_is_refused(string body)
    {
        var owner = await OpenAsync();

        (await owner.PatchAsync(Table, body)).ShouldBe(400, "invalid_schema");
    }

    [Fact]
    public async Task A_taken_name_is_refused()
    {
        var owner = await OpenAsync();
        await owner.CreateTableAsync("shop", "orders", "n INTEGER");

        (await owner.PatchAsync(Table, new { rename_to = "ORDERS" })).ShouldBe(409, "table_exists");
        (await owner.PatchAsync(Table, """{"add_indexes": [{"columns": ["age"], "name": "orders"}]}""")).ShouldBe(409, "conflict");
    }

    [Fact]
    public async Task Only_who_may_changes_a_table()
    {
        var owner = await OpenAsync();
        var other = await Nebula.SignUpAsync();
        var reader = await owner.CreateApiKeyAsync("shop", "schema:read", "records:write");
        var writer = await owner.CreateApiKeyAsync("shop", "schema:write");

        (await Nebula.Visitor.PatchAsync(Table, _change)).ShouldBe(401, "unauthenticated");
        (await other.PatchAsync(Table, _change)).ShouldBe(404, "database_not_found");
        (await reader.PatchAsync(Table, _change)).ShouldBe(403, "scope_missing");
        (await writer.PatchAsync(Table, _change)).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_for_one_table_refers_to_no_other_and_keeps_its_right_through_a_rename()
    {
        var owner = await OpenAsync();
        await owner.CreateTableAsync("shop", "secrets", "n INTEGER");
        var key = await owner.CreateApiKeyAsync("shop", new { name = "bound", tables = new[] { "customers" } });

        (await key.PatchAsync(Table, """{"add_columns": [{"name": "s", "type": "INTEGER", "references": {"table": "secrets"}}]}"""))
            .ShouldBe(400, "invalid_schema", ("add_columns[0].references.table", "invalid"));
        (await key.PatchAsync("/api/v1/databases/shop/tables/secrets", _change)).ShouldBe(403, "forbidden");
        (await key.PatchAsync(Table, new { rename_to = "clients" })).ShouldBe(200);
        (await key.GetAsync("/api/v1/databases/shop/tables/clients/records")).ShouldBe(200);
    }

    private async Task<Owner> OpenAsync()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.AddAsync(await owner.CreateShopAsync(), new { name = "Ada" });
        return owner;
    }
}
