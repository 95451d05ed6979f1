using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Rights;

public sealed class ScopeTests(SharedServer shared) : ServerTests(shared)
{
    private static readonly string[] _scopes = ["records:read", "records:write", "schema:read", "schema:write"];

    public static TheoryData<string> WithScope => ApiRoute.Where(r => r.Scope is not null);

    public static TheoryData<string> OfTables => ApiRoute.Where(r => r.NamesTable);

    public static TheoryData<string> Writing => ApiRoute.Where(r => r.Scope?.EndsWith(":write", StringComparison.Ordinal) is true);

    [Theory]
    [MemberData(nameof(WithScope))]
    public async Task A_key_that_lacks_the_scope_is_refused_whatever_else_it_has(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var route = ApiRoute.Of(name);
        foreach (var scope in route.Scopes)
        {
            var key = await shop.Owner.CreateApiKeyAsync("shop", [.. _scopes.Where(s => s != scope)]);
            var before = await shop.DescribeAsync();

            var answer = await key.SendAsync(route.Method, route.In(shop), route.Body);

            answer.ShouldBe(403, "scope_missing");
            Assert.Contains(scope, answer.Text("error"), StringComparison.Ordinal);
            Assert.Equal(before, await shop.DescribeAsync());
        }
    }

    [Theory]
    [MemberData(nameof(WithScope))]
    public async Task The_scope_of_a_route_is_enough(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var route = ApiRoute.Of(name);
        var key = await shop.Owner.CreateApiKeyAsync("shop", [.. route.Scopes]);

        var answer = await key.SendAsync(route.Method, route.In(shop), route.Body);

        Assert.InRange(answer.Status, 200, 299);
    }

    [Theory]
    [MemberData(nameof(WithScope))]
    public async Task A_missing_scope_is_told_before_a_missing_table(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var route = ApiRoute.Of(name);
        var key = await shop.Owner.CreateApiKeyAsync("shop", [.. _scopes.Except(route.Scopes)]);

        (await key.SendAsync(route.Method, route.In(shop, table: "none"), route.Body)).ShouldBe(403, "scope_missing");
    }

    [Theory]
    [MemberData(nameof(Writing))]
    public async Task A_read_only_key_cannot_write_anything(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var route = ApiRoute.Of(name);
        var key = await shop.Owner.CreateApiKeyAsync("shop", "records:read", "schema:read");
        var before = await shop.DescribeAsync();

        (await key.SendAsync(route.Method, route.In(shop), route.Body)).ShouldBe(403, "scope_missing");

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(OfTables))]
    public async Task A_key_that_is_bound_to_another_table_is_refused_as_for_one_that_does_not_exist(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var route = ApiRoute.Of(name);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "suppliers", tables = new[] { "suppliers" } });
        var before = await shop.DescribeAsync();

        var other = await key.SendAsync(route.Method, route.In(shop), route.Body);
        var missing = await key.SendAsync(route.Method, route.In(shop, table: "none"), route.Body);

        other.ShouldBe(403, "forbidden");
        missing.ShouldBe(403, "forbidden");
        Assert.Equal(other.Text("error"), missing.Text("error"));
        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(OfTables))]
    public async Task A_key_that_is_bound_to_the_table_may_use_it(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var route = ApiRoute.Of(name);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "customers", tables = new[] { "CUSTOMERS" } });

        var answer = await key.SendAsync(route.Method, route.In(shop), route.Body);

        Assert.InRange(answer.Status, 200, 299);
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("PUT", "/1")]
    [InlineData("PATCH", "/1")]
    public async Task A_key_that_may_write_but_not_read_gets_no_record_back(string method, string id)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", "records:write");

        var answer = await key.SendAsync(method, $"{Shop.Customers}{id}", new { age = 99 });

        Assert.InRange(answer.Status, 200, 201);
        Assert.Equal(["message", "record_id"], answer.Json.Names());
        Assert.Null(answer.Header("ETag"));
        Assert.Equal(99, (await shop.Owner.GetAsync($"{Shop.Customers}/{answer.Number("record_id")}")).Number("age"));
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("tables")]
    public async Task A_key_that_is_bound_to_tables_cannot_make_one(string route)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "customers", tables = new[] { "customers" } });

        var answer = await key.PostAsync($"/api/v1/databases/shop/{route}",
            new { table_name = "orders", columns = new[] { new { name = "total", type = "REAL" } } });

        answer.ShouldBe(403, "forbidden");
    }

    [Fact]
    public async Task A_key_that_is_bound_to_tables_sees_only_those()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "customers", tables = new[] { "customers" } });

        var answer = await key.GetAsync("/api/v1/databases/shop/tables");

        Assert.Equal(["customers"], answer.ShouldBe(200).Json.List("tables").Select(t => t.Text("name")));
    }
}
