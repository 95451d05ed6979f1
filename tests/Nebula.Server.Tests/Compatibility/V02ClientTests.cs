using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Compatibility;

/// <summary>What programs written for v0.2 do, in the way they do it.</summary>
public sealed class V02ClientTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task Such_a_client_goes_through_a_whole_session_sending_its_header_everywhere()
    {
        var (email, username) = (Some.Email(), Some.Username());
        var client = new Visitor(Nebula, "Bearer undefined");

        (await client.GetAsync("/ping")).ShouldBe(200);
        Assert.Equal(JsonValueKind.String, (await client.PostAsync("/auth/signup", new { email, username, password = Some.Password }))
            .ShouldBe(201)["user_id"].ValueKind);
        var token = (await client.PostAsync("/auth/login", new { email, password = Some.Password })).ShouldBe(200).Text("token");
        client = new Visitor(Nebula, $"Bearer {token}");
        (await client.PostAsync("/api/v1/databases", new { db_name = "shop" })).ShouldBe(201);
        (await client.PostAsync("/api/v1/databases/shop/schema", """{"table_name":"users","schema":[{"name":"id","type":"INTEGER","primary_key":true},{"name":"name","type":"TEXT"},{"name":"age","type":"INTEGER"}]}""")).ShouldBe(201);
        var key = (await client.PostAsync("/api/v1/account/databases/shop/apikey")).ShouldBe(201).Text("api_key");

        client = new Visitor(Nebula, $"ApiKey {key}");
        var created = (await client.PostAsync("/api/v1/databases/shop/tables/users/records", new { name = "Ada", age = 36 })).ShouldBe(201);
        var listed = (await client.GetAsync("/api/v1/databases/shop/tables/users/records?limit=10&offset=0&sort=name&order=asc&fields=id,name&age=36")).ShouldBe(200);
        var read = (await client.GetAsync("/api/v1/databases/shop/tables/users/records/1")).ShouldBe(200);
        (await client.PutAsync("/api/v1/databases/shop/tables/users/records/1", read.Body)).ShouldBe(200);
        (await client.DeleteAsync("/api/v1/databases/shop/tables/users/records/1")).ShouldBe(204);

        Assert.Equal(JsonValueKind.Number, created["record_id"].ValueKind);
        Assert.Equal("""[{"id":1,"name":"Ada"}]""", listed["records"].GetRawText());
    }

    [Fact]
    public async Task Numbers_are_numbers_and_strings_strings_as_they_were()
    {
        var shop = await Shop.OpenAsync(Nebula);

        var database = (await shop.Owner.GetAsync("/api/v1/databases"))["databases"][0];
        var table = (await shop.Owner.GetAsync("/api/v1/databases/shop/tables"))["tables"][0];
        var column = (await shop.Owner.GetAsync("/api/v1/databases/shop/tables/customers/schema"))["schema"][0];
        var page = (await shop.Owner.GetAsync(Shop.Customers))["pagination"];

        ShouldBe(database, JsonValueKind.Number, "databaseId", "tables");
        ShouldBe(database, JsonValueKind.String, "userId", "dbName", "filePath", "createdAt", "apiKey");
        ShouldBe(table, JsonValueKind.String, "type", "name", "tbl_name", "rootpage", "sql", "createdAt");
        ShouldBe(table.GetProperty("columns")[0], JsonValueKind.String, "cid", "name", "type");
        ShouldBe(table.GetProperty("columns")[0], JsonValueKind.Number, "notnull", "pk");
        ShouldBe(column, JsonValueKind.True, "pk");
        ShouldBe(page, JsonValueKind.Number, "total", "limit", "offset");
        Assert.False(Path.IsPathRooted(database.Text("filePath")));
        Assert.Equal(!TestEngine.IsPostgres, File.Exists(Path.Combine(Nebula.DataDirectory, database.Text("filePath"))));
    }

    [Fact]
    public async Task All_databases_come_in_one_list_unless_asked_otherwise()
    {
        var owner = await Nebula.SignUpAsync();
        for (var i = 0; i < 105; i++)
            await owner.CreateDatabaseAsync($"db{i}");

        Assert.Equal(105, (await owner.GetAsync("/api/v1/databases"))["databases"].GetArrayLength());
    }

    [Fact]
    public async Task A_body_without_a_content_type_is_JSON()
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync("/api/v1/databases", new { db_name = "shop" }, ("Content-Type", ""))).ShouldBe(201);
    }

    [Fact]
    public async Task Paths_are_found_in_any_case_and_with_a_slash_at_the_end()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateShopAsync();

        (await owner.GetAsync("/API/V1/Databases/shop/Tables/")).ShouldBe(200);
        (await owner.GetAsync("/Ping/")).ShouldBe(200);
    }

    private static void ShouldBe(JsonElement json, JsonValueKind kind, params string[] names) =>
        Assert.All(names, name => Assert.Equal((name, kind), (name, json.GetProperty(name).ValueKind)));
}
