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
        Assert.Equal(["get", "post"], path.Names());
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

    private static IEnumerable<string> References(string json) =>
        json.Split("#/components/schemas/").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]);
}
