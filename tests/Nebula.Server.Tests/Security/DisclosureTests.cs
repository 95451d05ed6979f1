using Microsoft.Extensions.DependencyInjection;
using Nebula.Core.Databases;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Logs, traces, metrics and errors hold no password, token, key or record content."</summary>
public sealed class DisclosureTests
{
    private const string Content = "content-of-a-record";

    [Theory]
    [InlineData("trace", "json")]
    [InlineData("trace", "text")]
    [InlineData("info", "json")]
    public async Task The_log_holds_no_password_token_key_or_content_of_records_at_any_level(string level, string format)
    {
        await using var server = await TestServer.StartAsync(new() { ["LOG_LEVEL"] = level, ["LOG_FORMAT"] = format });
        var shop = await Shop.OpenAsync(server);
        await shop.Owner.AddAsync(Shop.Customers, new { name = Content });
        await shop.Owner.GetAsync($"{Shop.Customers}?name={Content}");
        await shop.Owner.PostAsync(Shop.Customers, $$"""{"age": "{{Content}}", "{{Content}}": 1}""");
        await shop.Owner.PostAsync(Shop.Customers, $$"""{"name": "{{Content}}""");
        await shop.Owner.GetAsync($"/{Content}?x={Content}");
        await shop.Owner.GetAsync($"/api/v1/databases/{Content}", ("User-Agent", Content), ("Referer", $"https://example.com/{Content}"),
            ("X-Request-Id", $"<{Content}>"));
        await shop.Key.PostAsync(Shop.Customers, new { name = Content });
        await new Visitor(server, $"Bearer {shop.Owner.Token}x").GetAsync("/api/v1/health");
        await new Visitor(server, $"ApiKey {shop.Key.Text}x").GetAsync("/api/v1/health");
        await new Visitor(server, $"Basic {Content}").GetAsync("/api/v1/health");
        await server.Visitor.PostAsync("/auth/login", new { email = shop.Owner.Email, password = "wrong-pass-phrase" });
        await shop.Owner.PutAsync("/api/v1/account/password", new { current_password = shop.Owner.Password, new_password = "another-pass-phrase" });

        await server.StopAsync();

        foreach (var secret in new[] { shop.Owner.Password, "wrong-pass-phrase", "another-pass-phrase", shop.Owner.Token,
            shop.Owner.Token.Split('.')[2], shop.Key.Text, shop.Key.Text[13..], Content, shop.Owner.Email, TestServer.JwtSecret })
            Assert.DoesNotContain(secret, server.Log.Text, StringComparison.Ordinal);
        Assert.Contains("Request", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_does_it_when_the_server_fails()
    {
        await using var server = await TestServer.StartAsync([], services => services.AddSingleton<IDatabaseStore, BrokenDatabases>());
        var owner = await server.SignUpAsync();

        (await owner.PostAsync($"/api/v1/databases?x={Content}", new { db_name = "shop" })).ShouldBe(500, "internal");
        (await owner.PostAsync(Shop.Customers, new { name = Content })).ShouldBe(500, "internal");
        await server.StopAsync();

        Assert.Contains(BrokenDatabases.Secret, server.Log.Text, StringComparison.Ordinal);
        foreach (var secret in new[] { owner.Password, owner.Token, Content })
            Assert.DoesNotContain(secret, server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unique_violation_does_not_show_the_value_of_the_other_record()
    {
        await using var server = await TestServer.StartAsync([]);
        var owner = await server.SignUpAsync();
        var records = await owner.CreateShopAsync("name TEXT unique", "note TEXT");
        await owner.AddAsync(records, new { name = "Ada", note = Content });

        var answer = await owner.PostAsync(records, new { name = "Ada" });

        answer.ShouldBe(409, "unique_violation", ("name", "unique"));
        Assert.DoesNotContain(Content, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("UNIQUE constraint", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_shows_where_the_data_is()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);

        foreach (var path in new[] { "/ready", "/health", "/api/v1/version", "/api/v1/databases", "/api/v1/databases/shop", "/api/v1/databases/none",
            "/nothing" })
            Assert.DoesNotContain(server.DataDirectory, (await shop.Owner.GetAsync(path)).Body, StringComparison.Ordinal);
    }
}
