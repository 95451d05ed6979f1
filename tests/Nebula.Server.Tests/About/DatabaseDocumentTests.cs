using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.About;

public sealed class DatabaseDocumentTests(SharedServer shared) : ServerTests(shared)
{
    private const string Document = "/api/v1/databases/shop/openapi.json";

    [Fact]
    public async Task A_database_describes_its_tables_and_every_reference_leads_somewhere()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateShopAsync("name TEXT not null", "age INTEGER", "paid BOOLEAN");

        var document = (await owner.GetAsync(Document)).ShouldBe(200).Json;

        Assert.StartsWith("3.1.", document.Text("openapi"), StringComparison.Ordinal);
        var path = document.GetProperty("paths").GetProperty("/api/v1/databases/shop/tables/customers/records");
        Assert.Equal(["get", "post", "patch", "delete"], path.Names());
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.Equal(["name", "age", "paid"], schemas.GetProperty("customers.New").GetProperty("properties").Names());
        Assert.Equal("""["name"]""", schemas.GetProperty("customers.New").GetProperty("required").GetRawText());
        Assert.Equal("""["integer","null"]""", schemas.GetProperty("customers").GetProperty("properties").GetProperty("age").GetProperty("type").GetRawText());
        Assert.All(References(document.GetRawText()), name => Assert.True(schemas.TryGetProperty(name, out _), name));
    }

    [Fact]
    public async Task A_key_is_told_only_what_it_may_see_and_do()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateShopAsync();
        await owner.CreateTableAsync("shop", "secrets", "word TEXT");
        var key = await owner.CreateApiKeyAsync("shop", new { name = "reader", scopes = new[] { "schema:read", "records:read" }, tables = new[] { "customers" } });

        var document = (await key.GetAsync(Document)).ShouldBe(200);

        Assert.DoesNotContain("secrets", document.Body, StringComparison.Ordinal);
        Assert.Equal(["get"], document["paths"].GetProperty("/api/v1/databases/shop/tables/customers/records").Names());
    }

    [Fact]
    public async Task Every_route_of_records_is_in_it_once()
    {
        var shop = await Shop.OpenAsync(Nebula);

        var document = (await shop.Owner.GetAsync(Document)).ShouldBe(200);

        Assert.Equal(Routes(r => r.NamesTable && !r.Scopes.Any(s => s.StartsWith("schema:", StringComparison.Ordinal))), OperationsOn(document, "/tables/customers/"));
        Assert.Equal(["POST /api/v1/databases/shop/batch"], OperationsOn(document, "/batch"));
        var ids = document["paths"].EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Where(o => o.Name != "parameters").Select(o => o.Value.Text("operationId")).ToList();
        Assert.Equal(ids.Distinct(), ids);
    }

    [Theory]
    [InlineData("records:read")]
    [InlineData("records:write")]
    [InlineData("records:read records:write")]
    [InlineData("schema:write")]
    public async Task A_key_is_told_the_routes_that_its_scopes_open(string scopes)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var held = scopes.Split(' ');
        var key = await shop.Owner.CreateApiKeyAsync("shop", ["schema:read", .. held]);

        var document = (await key.GetAsync(Document)).ShouldBe(200);

        Assert.Equal(Routes(r => r.NamesTable && r.Scopes.All(s => held.Contains(s) && s.StartsWith("records:", StringComparison.Ordinal))), OperationsOn(document, "/tables/customers/"));
        Assert.Equal(held.Any(s => s.StartsWith("records:", StringComparison.Ordinal)), OperationsOn(document, "/batch").Any());
    }

    private static IEnumerable<string> Routes(Func<ApiRoute, bool> fits) => ApiRoute.All.Where(fits)
        .Select(r => $"{r.Method} {r.Template.Replace("{db}", "shop", StringComparison.Ordinal).Replace("{table}", "customers", StringComparison.Ordinal)}")
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> OperationsOn(Answer document, string path) => (
        from found in document["paths"].EnumerateObject()
        where found.Name.Contains(path, StringComparison.Ordinal)
        from operation in found.Value.EnumerateObject()
        where operation.Name != "parameters"
        select $"{operation.Name.ToUpperInvariant()} {found.Name}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> References(string json) =>
        json.Split("#/components/schemas/").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]);
}
