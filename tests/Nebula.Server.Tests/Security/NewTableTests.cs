using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Deny by default on each path that creates a table": a key that is bound to tables gets no right on one that comes later, however it comes.</summary>
public sealed class NewTableTests(SharedServer shared) : ServerTests(shared)
{
    private const string Tables = "/api/v1/databases/shop/tables";

    private static readonly object _orders = new { table_name = "orders", columns = new[] { new { name = "total", type = "REAL" } } };

    [Theory]
    [InlineData("made by /tables")]
    [InlineData("made by /schema")]
    [InlineData("renamed to the name")]
    [InlineData("made again")]
    public async Task A_bound_key_has_no_right_on_a_table_that_comes_later(string way)
    {
        var shop = await Shop.OpenAsync(Nebula);
        if (way == "made again")
            (await shop.Owner.PostAsync(Tables, _orders)).ShouldBe(201);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "bound", tables = way == "made again" ? new[] { "customers", "orders" } : ["customers"] });
        switch (way)
        {
            case "made by /tables":
                (await shop.Owner.PostAsync(Tables, _orders)).ShouldBe(201);
                break;
            case "made by /schema":
                (await shop.Owner.PostAsync("/api/v1/databases/shop/schema", _orders)).ShouldBe(201);
                break;
            case "renamed to the name":
                (await shop.Owner.PatchAsync($"{Tables}/suppliers", new { rename_to = "orders" })).ShouldBe(200);
                break;
            default:
                (await shop.Owner.DeleteAsync($"{Tables}/orders")).ShouldBe(204);
                (await shop.Owner.PostAsync(Tables, _orders)).ShouldBe(201);
                break;
        }

        (await key.GetAsync($"{Tables}/orders/records")).ShouldBe(403, "forbidden");
        (await key.PostAsync($"{Tables}/orders/records", new { total = 1 })).ShouldBe(403, "forbidden");
        (await key.GetAsync($"{Tables}/orders/schema")).ShouldBe(403, "forbidden");
        Assert.Equal(["customers"], (await key.GetAsync(Tables)).Json.List("tables").Select(t => t.Text("name")));
    }

    [Fact]
    public async Task An_imported_database_has_no_key()
    {
        var owner = await Nebula.SignUpAsync();

        (await owner.PostAsync("/api/v1/databases/import?db_name=copy", SqliteUpload.Of("CREATE TABLE t (a)"))).ShouldBe(201);

        Assert.Empty((await owner.GetAsync("/api/v1/account/databases/copy/apikeys")).Json.List("api_keys"));
    }
}
