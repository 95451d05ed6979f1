using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"A read-only key against every write path (batch, upsert, import)", in each of its forms.</summary>
public sealed class ReadOnlyKeyTests(SharedServer shared) : ServerTests(shared)
{
    private const string Table = "/api/v1/databases/shop/tables/customers";
    private const string Batch = "/api/v1/databases/shop/batch";

    private static readonly object _record = new { name = "Mallory", age = 1 };

    [Fact]
    public async Task It_writes_by_no_path_and_in_no_form()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", "records:read", "schema:read");
        var before = await shop.DescribeAsync();

        foreach (var (method, path, body) in new (string, string, object?)[]
        {
            ("POST", Shop.Customers, _record), ("POST", Shop.Customers, new[] { _record }),
            ("POST", $"{Shop.Customers}?on_conflict=id", new { id = 1, name = "Mallory" }), ("POST", $"{Shop.Customers}?on_conflict=id&resolution=ignore", new[] { new { id = 9, name = "Mallory" } }),
            ("PUT", $"{Shop.Customers}/1", _record), ("PATCH", $"{Shop.Customers}/1", _record), ("DELETE", $"{Shop.Customers}/1", null),
            ("PATCH", $"{Shop.Customers}?age=36&max_affected=9", _record), ("DELETE", $"{Shop.Customers}?age=36&max_affected=9", null), ("DELETE", $"{Shop.Customers}?filter=id%20%3E%200&max_affected=0", null),
            ("POST", Batch, Operation(new { op = "create", table = "customers", data = _record })), ("POST", Batch, Operation(new { op = "update", table = "customers", id = 1, data = _record })),
            ("POST", Batch, Operation(new { op = "upsert", table = "customers", on_conflict = "id", data = new { id = 1, name = "Mallory" } })),
            ("POST", Batch, Operation(new { op = "delete", table = "customers", id = 1 })), ("POST", Batch, Operation(new { op = "delete", table = "customers", filter = "id > 0", max_affected = 9 })),
            ("POST", Batch, Operation(new { op = "get", table = "customers", id = 1 }, new { op = "delete", table = "customers", id = 1 })),
            ("POST", $"{Table}/import", Upload.Csv("name,age\nMallory,1\n")), ("POST", $"{Table}/import?on_error=skip&keep_ids=true", Upload.Csv("id,name\n7,Mallory\n")),
            ("POST", $"{Table}/import", Upload.Ndjson("{\"name\":\"Mallory\"}")),
            ("PATCH", Table, new { rename_to = "mine" }), ("DELETE", Table, null),
            ("POST", "/api/v1/databases/shop/tables", new { table_name = "mine", columns = new[] { new { name = "a", type = "TEXT" } } }),
            ("POST", "/api/v1/databases/shop/schema", new { table_name = "mine", columns = new[] { new { name = "a", type = "TEXT" } } }),
        })
        {
            var answer = await key.SendAsync(method, path, body);
            Assert.True(answer is { Status: 403 } && answer.Text("code") == "scope_missing", $"{method} {path}: {answer.Status} {answer.Body}");
        }

        foreach (var (method, path, body) in new (string, string, object?)[]
        {
            ("POST", "/api/v1/databases/import?db_name=mine", SqliteUpload.Of("CREATE TABLE t (a)")), ("PATCH", "/api/v1/databases/shop", new { db_name = "mine" }), ("DELETE", "/api/v1/databases/shop", null),
            ("POST", "/api/v1/databases/shop/branches", new { db_name = "mine" }), ("POST", "/api/v1/account/databases/shop/backups", null),
            ("POST", "/api/v1/account/databases/shop/apikeys", new { name = "mine" }), ("PATCH", $"/api/v1/account/databases/shop/apikeys/{key.Id}", new { scopes = new[] { "records:write" } }),
        })
        {
            (await key.SendAsync(method, path, body)).ShouldBe(403, "account_required");
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task No_header_turns_a_read_into_a_write()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var key = await shop.Owner.CreateApiKeyAsync("shop", "records:read", "schema:read");
        var before = await shop.DescribeAsync();

        foreach (var header in new[] { "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override" })
            (await key.GetAsync($"{Shop.Customers}/1", (header, "DELETE"))).ShouldBe(200);
        (await key.GetAsync($"{Shop.Customers}?_method=DELETE")).ShouldBe(400, "invalid_parameter");

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task The_kept_answer_to_a_write_is_not_given_to_it()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var writer = await shop.Owner.CreateApiKeyAsync("shop");
        (await writer.PostAsync(Shop.Customers, _record, ("Idempotency-Key", "once"))).ShouldBe(201);

        (await shop.Owner.PatchAsync($"/api/v1/account/databases/shop/apikeys/{writer.Id}", new { scopes = new[] { "records:read" } })).ShouldBe(200);

        (await writer.PostAsync(Shop.Customers, _record, ("Idempotency-Key", "once"))).ShouldBe(403, "scope_missing");
    }

    private static object Operation(params object[] operations) => new { operations };
}
