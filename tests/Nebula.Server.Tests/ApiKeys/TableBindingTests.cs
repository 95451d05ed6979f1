using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.ApiKeys;

public sealed class TableBindingTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task A_new_table_of_the_old_name_is_not_the_table_that_a_key_is_bound_to()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "phone", tables = new[] { "customers" } });
        (await key.GetAsync(Shop.Customers)).ShouldBe(200);
        await shop.Owner.DeleteAsync("/api/v1/databases/shop/tables/customers");

        await shop.Owner.CreateTableAsync("shop", "customers", "name TEXT", "age INTEGER");

        (await key.GetAsync(Shop.Customers)).ShouldBe(403, "forbidden");
        (await key.PostAsync(Shop.Customers, new { name = "Grace" })).ShouldBe(403, "forbidden");
        Assert.Empty((await key.GetAsync("/api/v1/databases/shop/tables")).Json.List("tables"));
        var listed = (await shop.Owner.GetAsync("/api/v1/account/databases/shop/apikeys")).Json.List("api_keys").Single(k => k.Text("name") == "phone");
        Assert.Empty(listed.List("tables"));
    }

    [Fact]
    public async Task A_key_that_is_bound_to_no_table_at_all_may_use_none()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "phone", tables = Array.Empty<string>() });

        (await key.GetAsync(Shop.Customers)).ShouldBe(403, "forbidden");
        Assert.Empty((await key.GetAsync("/api/v1/databases/shop/tables")).ShouldBe(200).Json.List("tables"));
    }

    [Fact]
    public async Task A_key_without_a_binding_may_use_later_tables_too()
    {
        var shop = await Shop.OpenAsync(Nebula);

        await shop.Owner.CreateTableAsync("shop", "orders", "total REAL");

        (await shop.Key.GetAsync("/api/v1/databases/shop/tables/orders/records")).ShouldBe(200);
    }
}
