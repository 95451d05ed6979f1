using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.ApiKeys;

public sealed class ApiKeyTests(SharedServer shared) : ServerTests(shared)
{
    private const string Keys = "/api/v1/account/databases/shop/apikeys";
    private static readonly string[] _fields = ["key_id", "name", "prefix", "scopes", "tables", "created_at", "expires_at", "last_used_at"];

    [Fact]
    public async Task A_new_key_is_given_with_all_its_fields_and_once_with_its_secret()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var wanted = new { name = "phone", scopes = new[] { "records:write", "records:read" }, tables = new[] { "CUSTOMERS" },
            expires_at = "2999-01-02T04:04:05.678+01:00" };

        var created = (await shop.Owner.PostAsync(Keys, wanted)).ShouldBe(201);
        var listed = (await shop.Owner.GetAsync(Keys)).ShouldBe(200);

        Assert.Equal([.. _fields.Order(), "api_key", "message"], created.Json.Names().OrderBy(n => n is "api_key" or "message").ThenBy(n => n));
        Assert.Equal("phone", created.Text("name"));
        Assert.Equal(["records:read", "records:write"], created.Json.List("scopes").Select(s => s.GetString()));
        Assert.Equal(["customers"], created.Json.List("tables").Select(s => s.GetString()));
        Assert.Equal("2999-01-02T03:04:05.678Z", created.Text("expires_at"));
        Assert.Equal(JsonValueKind.Null, created["last_used_at"].ValueKind);
        created["created_at"].ShouldBeTime();
        var text = created.Text("api_key");
        Assert.Equal(text[4..12], created.Text("prefix"));
        Assert.Equal(["api_keys"], listed.Json.Names());
        var key = listed.Json.List("api_keys").Single(k => k.Text("name") == "phone");
        Assert.Equal(_fields, key.Names());
        Assert.DoesNotContain(text[13..], listed.Body, StringComparison.Ordinal);
        foreach (var field in _fields)
            Assert.Equal(created[field].GetRawText(), key.GetProperty(field).GetRawText());
    }

    [Fact]
    public async Task Without_more_than_a_name_a_key_may_do_everything_and_does_not_expire()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var wanted in new[] { """{"name": "one"}""", """{"name": "two", "tables": null, "expires_at": null}""" })
        {
            var created = (await shop.Owner.PostAsync(Keys, wanted)).ShouldBe(201);

            Assert.Equal(4, created["scopes"].GetArrayLength());
            Assert.Equal(JsonValueKind.Null, created["tables"].ValueKind);
            Assert.Equal(JsonValueKind.Null, created["expires_at"].ValueKind);
        }
    }

    [Fact]
    public async Task Keys_are_listed_in_the_order_of_their_creation()
    {
        var shop = await Shop.OpenAsync(Nebula);
        foreach (var name in new[] { "zoe", "ada", "max" })
            await shop.Owner.CreateApiKeyAsync("shop", new { name });

        Assert.Equal(["default", "zoe", "ada", "max"], (await shop.Owner.GetAsync(Keys)).Json.List("api_keys").Select(k => k.Text("name")));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("DEFAULT")]
    [InlineData("Phone")]
    public async Task A_name_is_used_once_in_a_database_whatever_its_case(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "phone" });
        var tablet = await shop.Owner.CreateApiKeyAsync("shop", new { name = "tablet" });

        (await shop.Owner.PostAsync(Keys, new { name })).ShouldBe(409, "key_exists");
        (await shop.Owner.PatchAsync($"{Keys}/{tablet.Id}", new { name })).ShouldBe(409, "key_exists");

        (await tablet.GetAsync("/api/v1/health")).ShouldBe(200);
        Assert.Equal(3, (await shop.Owner.GetAsync(Keys))["api_keys"].GetArrayLength());
        Assert.NotEqual(key.Id, tablet.Id);
    }

    [Theory]
    [InlineData("""{}""", "name required")]
    [InlineData("""{"name": " "}""", "name required")]
    [InlineData("""{"name": 1}""", "name wrong_type")]
    [InlineData("""{"name": "bell\u0007"}""", "name invalid")]
    [InlineData("""{"name": "k", "scopes": "records:read"}""", "scopes wrong_type")]
    [InlineData("""{"name": "k", "scopes": null}""", "scopes wrong_type")]
    [InlineData("""{"name": "k", "scope": ["records:read"], "table": "customers"}""", "scope unknown_attribute", "table unknown_attribute")]
    [InlineData("""{"name": "k", "scopes": []}""", "scopes required")]
    [InlineData("""{"name": "k", "scopes": ["records:read", "RECORDS:WRITE", "admin"]}""", "scopes[1] invalid", "scopes[2] invalid")]
    [InlineData("""{"name": "k", "scopes": ["records:read", 1]}""", "scopes[1] wrong_type")]
    [InlineData("""{"name": "k", "tables": {}}""", "tables wrong_type")]
    [InlineData("""{"name": "k", "tables": ["customers", "none", "sqlite_schema", "a\"b"]}""", "tables[1] invalid", "tables[2] invalid", "tables[3] invalid")]
    [InlineData("""{"name": "k", "expires_at": 1}""", "expires_at wrong_type")]
    [InlineData("""{"name": "k", "expires_at": "tomorrow"}""", "expires_at wrong_type")]
    [InlineData("""{"name": "k", "expires_at": "5 May"}""", "expires_at wrong_type")]
    [InlineData("""{"name": "k", "expires_at": "12/31/2999"}""", "expires_at wrong_type")]
    [InlineData("""{"name": "k", "expires_at": "2999-13-01T00:00:00Z"}""", "expires_at wrong_type")]
    [InlineData("""{"name": "k", "expires_at": "9999-12-31T23:59:59-14:00"}""", "expires_at wrong_type")]
    [InlineData("""{"name": "k", "expires_at": "2999-01-01T00:00:00+99:00"}""", "expires_at wrong_type")]
    [InlineData("""{"name": "k", "expires_at": "2020-01-01T00:00:00Z"}""", "expires_at out_of_range")]
    [InlineData("""{"expires_at": "2020-01-01T00:00:00Z"}""", "name required", "expires_at out_of_range")]
    public async Task Every_offending_field_is_named(string body, params string[] details)
    {
        var shop = await Shop.OpenAsync(Nebula);

        var answer = await shop.Owner.PostAsync(Keys, body);

        answer.ShouldBe(400, "invalid_body", [.. details.Select(d => (d.Split(' ')[0], d.Split(' ')[1]))]);
        Assert.Equal(1, (await shop.Owner.GetAsync(Keys))["api_keys"].GetArrayLength());
    }

    [Fact]
    public async Task A_changed_key_keeps_its_secret_and_has_its_new_rights_at_once()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "phone" });
        (await key.PostAsync(Shop.Customers, new { name = "Grace" })).ShouldBe(201);

        var changed = (await shop.Owner.PatchAsync($"{Keys}/{key.Id}",
            new { name = "tablet", scopes = new[] { "records:read" }, tables = new[] { "customers" } })).ShouldBe(200);

        Assert.Equal(_fields, changed.Json.Names());
        Assert.Equal((key.Id, "tablet"), (changed.Text("key_id"), changed.Text("name")));
        (await key.PostAsync(Shop.Customers, new { name = "Grace" })).ShouldBe(403, "scope_missing");
        (await key.GetAsync(Shop.Customers)).ShouldBe(200);
        (await key.GetAsync("/api/v1/databases/shop/tables/suppliers/records")).ShouldBe(403, "forbidden");
        (await shop.Owner.PatchAsync($"{Keys}/{key.Id}", new { tables = (string[]?)null })).ShouldBe(200);
        (await key.GetAsync("/api/v1/databases/shop/tables/suppliers/records")).ShouldBe(200);
    }

    [Fact]
    public async Task What_a_change_does_not_name_stays()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "phone", scopes = new[] { "records:read" }, tables = new[] { "customers" },
            expires_at = "2999-01-01T00:00:00Z" });
        var before = (await shop.Owner.GetAsync(Keys)).Json.List("api_keys").Single(k => k.Text("name") == "phone");

        var after = (await shop.Owner.PatchAsync($"{Keys}/{key.Id}", new { })).ShouldBe(200);

        Assert.Equal(before.GetRawText(), after.Json.GetRawText());
        Assert.Equal(JsonValueKind.Null, (await shop.Owner.PatchAsync($"{Keys}/{key.Id}", new { expires_at = (string?)null }))["expires_at"].ValueKind);
    }

    [Fact]
    public async Task When_a_key_was_last_used_is_told()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", new { name = "phone" });

        await key.GetAsync("/api/v1/health");

        (await shop.Owner.GetAsync(Keys)).Json.List("api_keys").Single(k => k.Text("name") == "phone").GetProperty("last_used_at").ShouldBeTime();
    }

    [Fact]
    public async Task A_key_that_does_not_exist_can_be_neither_changed_nor_deleted()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var id in new[] { Guid.CreateVersion7().ToString(), "0", "default", "' OR 1=1 --", "%" })
        {
            var path = $"{Keys}/{Uri.EscapeDataString(id)}";
            (await shop.Owner.PatchAsync(path, new { name = "phone" })).ShouldBe(404, "key_not_found");
            (await shop.Owner.DeleteAsync(path)).ShouldBe(404, "key_not_found");
        }
    }

    [Fact]
    public async Task A_deleted_key_is_gone_from_the_list_and_refused()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop");

        (await shop.Owner.DeleteAsync($"{Keys}/{key.Id}")).ShouldBe(204);

        (await key.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        (await shop.Owner.DeleteAsync($"{Keys}/{key.Id}")).ShouldBe(404, "key_not_found");
        Assert.Equal(["default"], (await shop.Owner.GetAsync(Keys)).Json.List("api_keys").Select(k => k.Text("name")));
    }
}
