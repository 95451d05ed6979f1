using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Tables;

public sealed class TableTests(SharedServer shared) : ServerTests(shared)
{
    private const string Tables = "/api/v1/databases/shop/tables";

    [Fact]
    public async Task The_list_has_every_field_of_SQLites_catalogue_as_v0_2_gave_it()
    {
        var owner = await OpenAsync("name TEXT unique not null", "age INTEGER", "active BOOLEAN", "score REAL", "photo BLOB");

        var answer = (await owner.GetAsync(Tables)).ShouldBe(200);

        Assert.Equal(["tables"], answer.Json.Names());
        var table = Assert.Single(answer.Json.List("tables"));
        Assert.Equal(["type", "name", "tbl_name", "rootpage", "sql", "createdAt", "columns"], table.Names());
        Assert.Equal(("table", "customers", "customers"), (table.Text("type"), table.Text("name"), table.Text("tbl_name")));
        Assert.Matches(TestEngine.IsPostgres ? "^0$" : "^[1-9][0-9]*$", table.Text("rootpage"));
        Assert.StartsWith("CREATE TABLE", table.Text("sql"), StringComparison.Ordinal);
        table.GetProperty("createdAt").ShouldBeTime();
        var columns = table.List("columns").ToList();
        Assert.All(columns, c => Assert.Equal(["cid", "name", "type", "notnull", "dflt_value", "pk"], c.Names()));
        Assert.Equal(Enumerable.Range(0, columns.Count).Select(i => $"{i}"), columns.Select(c => c.Text("cid")));
        Assert.Equal((1, 0), (columns.Single(c => c.Text("name") == "id").Number("pk"), columns.Single(c => c.Text("name") == "name").Number("pk")));
        Assert.Equal((1, 0), (columns.Single(c => c.Text("name") == "name").Number("notnull"), columns.Single(c => c.Text("name") == "age").Number("notnull")));
        Assert.Equal(["INTEGER", "TEXT", "INTEGER", "BOOLEAN", "REAL", "BLOB"], columns.Take(6).Select(c => c.Text("type")));
        Assert.All(columns, c => Assert.Contains(c.GetProperty("dflt_value").ValueKind, new[] { JsonValueKind.Null, JsonValueKind.String }));
    }

    [Fact]
    public async Task The_schema_tells_each_column_with_its_key_as_a_boolean()
    {
        var owner = await OpenAsync("name TEXT unique not null", "age INTEGER");

        var answer = (await owner.GetAsync($"{Tables}/CUSTOMERS/schema")).ShouldBe(200);

        Assert.Equal(["schema", "table", "indexes"], answer.Json.Names());
        var columns = answer.Json.List("schema").ToDictionary(c => c.Text("name"));
        Assert.Equal(["age", "created_at", "id", "name", "updated_at"], columns.Keys.Order());
        Assert.All(columns.Values, c => Assert.Equal(["name", "type", "pk", "cid", "notnull", "dflt_value", "nullable", "unique"], c.Names()));
        Assert.Equal((true, false), (columns["id"].Flag("pk"), columns["name"].Flag("pk")));
        Assert.Equal(("TEXT", "INTEGER"), (columns["name"].Text("type"), columns["age"].Text("type")));
        Assert.Equal((false, true), (columns["name"].Flag("nullable"), columns["age"].Flag("nullable")));
        Assert.Equal((true, false), (columns["name"].Flag("unique"), columns["age"].Flag("unique")));
        Assert.Equal((1, 0), (columns["name"].Number("notnull"), columns["age"].Number("notnull")));
    }

    [Fact]
    public async Task A_database_without_tables_lists_none()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");

        Assert.Equal("""{"tables":[]}""", (await owner.GetAsync(Tables)).ShouldBe(200).Body);
    }

    [Fact]
    public async Task Tables_are_listed_in_the_order_of_their_creation()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        foreach (var name in new[] { "zebra", "ant", "moose" })
            await owner.CreateTableAsync("shop", name, "x TEXT");

        Assert.Equal(["zebra", "ant", "moose"], (await owner.GetAsync(Tables)).Json.List("tables").Select(t => t.Text("name")));
    }

    [Fact]
    public async Task A_dropped_table_is_gone_with_its_records()
    {
        var owner = await OpenAsync("name TEXT");
        await owner.AddAsync(Shop.Customers, new { name = "Ada" });

        (await owner.DeleteAsync($"{Tables}/Customers")).ShouldBe(204);

        (await owner.GetAsync(Shop.Customers)).ShouldBe(404, "table_not_found");
        (await owner.GetAsync($"{Tables}/customers/schema")).ShouldBe(404, "table_not_found");
        (await owner.DeleteAsync($"{Tables}/customers")).ShouldBe(404, "table_not_found");
        await owner.CreateTableAsync("shop", "customers", "other REAL");
        Assert.Equal(0, (await owner.GetAsync(Shop.Customers)).ShouldBe(200)["pagination"].Number("total"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "")]
    [InlineData("GET", "/1")]
    [InlineData("PUT", "/1")]
    [InlineData("PATCH", "/1")]
    [InlineData("DELETE", "/1")]
    public async Task A_table_that_does_not_exist_is_told_by_every_route_of_records(string method, string id)
    {
        var owner = await OpenAsync("name TEXT");

        (await owner.SendAsync(method, $"{Tables}/none/records{id}", method is "GET" or "DELETE" ? null : new { name = "Ada" }))
            .ShouldBe(404, "table_not_found");
    }

    [Fact]
    public async Task Tables_of_Nebula_and_of_SQLite_can_be_neither_seen_nor_reached()
    {
        var owner = await OpenAsync("name TEXT");
        await owner.AddAsync(Shop.Customers, new { name = "Ada" });

        foreach (var name in new[] { "sqlite_schema", "sqlite_master", "sqlite_sequence", "_nebula", "_nebula_changes", "_nebula_tables" })
        {
            (await owner.GetAsync($"{Tables}/{name}/records")).ShouldBe(400, "invalid_name");
            (await owner.GetAsync($"{Tables}/{name}/schema")).ShouldBe(400, "invalid_name");
            (await owner.DeleteAsync($"{Tables}/{name}")).ShouldBe(400, "invalid_name");
        }

        Assert.Equal(["customers"], (await owner.GetAsync(Tables)).Json.List("tables").Select(t => t.Text("name")));
    }

    private async Task<Owner> OpenAsync(params string[] columns)
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateShopAsync(columns);
        return owner;
    }
}
