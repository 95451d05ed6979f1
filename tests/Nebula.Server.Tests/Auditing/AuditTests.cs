using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Auditing;

public sealed class AuditTests(SharedServer shared) : ServerTests(shared)
{
    private const string Audit = "/api/v1/account/audit";

    [Fact]
    public async Task Its_owner_reads_who_did_what_and_nobody_else_does()
    {
        var shop = await Shop.OpenAsync(Nebula);
        (await shop.Key.PostAsync("/api/v1/databases/shop/tables", new { table_name = "orders", columns = new[] { new { name = "n", type = "INTEGER" } } })).ShouldBe(201);
        (await shop.Owner.PatchAsync("/api/v1/databases/shop/tables/orders", new { add_columns = new[] { new { name = "note", type = "TEXT" } } })).ShouldBe(200);
        (await shop.Owner.DeleteAsync("/api/v1/databases/shop/tables/orders")).ShouldBe(204);

        var answer = (await shop.Owner.GetAsync(Audit)).ShouldBe(200);

        Assert.Equal(["audit", "next_before"], answer.Json.Names());
        var entries = answer.Json.List("audit").ToList();
        Assert.Equal(["table.delete", "table.alter", "table.create"], entries.Take(3).Select(e => e.Text("action")));
        Assert.Equal("account.create", entries[^1].Text("action"));
        var altered = entries[1];
        Assert.Equal(["id", "at", "actor", "action", "database_id", "db_name", "subject", "changes", "outcome"], altered.Names());
        altered.GetProperty("at").ShouldBeTime();
        Assert.Equal(("account", shop.Owner.Id), (altered.GetProperty("actor").Text("type"), altered.GetProperty("actor").Text("id")));
        Assert.Equal(("shop", "orders", "add_columns", "done"), (altered.Text("db_name"), altered.Text("subject"), altered.List("changes").First().ToString(), altered.Text("outcome")));
        Assert.Equal("api_key", entries[2].GetProperty("actor").Text("type"));
        Assert.DoesNotContain(shop.Owner.Password, answer.Body, StringComparison.Ordinal);

        var stranger = await Nebula.SignUpAsync();
        Assert.Equal(["account.create"], (await stranger.GetAsync(Audit)).Json.List("audit").Select(e => e.Text("action")));
        (await shop.Key.GetAsync(Audit)).ShouldBe(403, "account_required");
        (await Nebula.Visitor.GetAsync(Audit)).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task It_is_read_page_by_page_and_by_database()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("one");
        await owner.CreateDatabaseAsync("two");

        var first = (await owner.GetAsync($"{Audit}?limit=2")).ShouldBe(200);
        var second = (await owner.GetAsync($"{Audit}?limit=2&before={first.Number("next_before")}")).ShouldBe(200);

        Assert.Equal(["two", "one"], first.Json.List("audit").Select(e => e.Text("db_name")));
        Assert.Equal(["account.create"], second.Json.List("audit").Select(e => e.Text("action")));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second["next_before"].ValueKind);
        Assert.Equal(["one"], (await owner.GetAsync($"{Audit}?database=ONE")).Json.List("audit").Select(e => e.Text("db_name")));
    }

    [Theory]
    [InlineData("before=x", "invalid_parameter", "before")]
    [InlineData("before=-1", "invalid_parameter", "before")]
    [InlineData("limit=0", "invalid_parameter", "limit")]
    [InlineData("limit=1001", "invalid_parameter", "limit")]
    [InlineData("database=a%2Fb", "invalid_name", "database")]
    public async Task What_is_not_understood_is_named(string query, string code, string field)
    {
        var owner = await Nebula.SignUpAsync();

        var answer = (await owner.GetAsync($"{Audit}?{query}")).ShouldBe(400, code);

        Assert.Equal(field, answer.Json.List("details").First().Text("field"));
    }
}
