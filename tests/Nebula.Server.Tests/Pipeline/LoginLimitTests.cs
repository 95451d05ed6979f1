using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

/// <summary>Passwords and keys can't be guessed by trying: by address, by target, and whatever was sent.</summary>
public sealed class LoginLimitTests
{
    [Fact]
    public async Task An_address_may_log_in_so_often_whatever_accounts_it_tries()
    {
        await using var server = await StartAsync(logins: 5);
        var owner = await server.SignUpAsync(); // two of the five: the sign-up and the login

        for (var i = 0; i < 3; i++)
            (await LogInAsync(server, Some.Email())).ShouldBe(401, "invalid_credentials");

        (await LogInAsync(server, Some.Email())).ShouldBe(429, "rate_limited");
        (await server.Visitor.PostAsync("/auth/login", new { email = owner.Email, password = owner.Password })).ShouldBe(429, "rate_limited");
        (await server.Visitor.PostAsync("/auth/signup", new { email = Some.Email(), username = Some.Username(), password = Some.Password }))
            .ShouldBe(429, "rate_limited");
        (await owner.GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Fact]
    public async Task An_account_can_be_aimed_at_so_often_from_however_many_addresses()
    {
        await using var server = await StartAsync(logins: 3);
        var (target, other) = (Some.Email(), Some.Email());

        for (var i = 0; i < 3; i++)
            (await LogInAsync(server, i == 1 ? target.ToUpperInvariant() : $" {target} ", from: $"203.0.113.{i}")).ShouldBe(401, "invalid_credentials");

        (await LogInAsync(server, target, from: "203.0.113.99")).ShouldBe(429, "rate_limited");
        (await LogInAsync(server, other, from: "203.0.113.99")).ShouldBe(401, "invalid_credentials");
    }

    [Fact]
    public async Task Refused_credentials_are_counted_by_address_whatever_was_sent_and_good_ones_go_through()
    {
        await using var server = await StartAsync(logins: 3);
        var owner = await server.SignUpAsync();
        var bad = new[] { "Bearer x", "ApiKey neb_abcdefgh_x", "Basic x", "Bearer a.b.c", null, "nothing" };

        // Ten refusals for each login that is allowed, and those that come back while they are sent.
        var refused = 0;
        while ((await new Visitor(server, bad[refused % bad.Length]).GetAsync("/api/v1/health")).Status == 401 && refused < 100)
            refused++;

        Assert.InRange(refused, 30, 99);
        (await new Visitor(server, "Bearer x").GetAsync("/api/v1/health")).ShouldBe(429, "rate_limited");
        (await new Visitor(server, "ApiKey x").GetAsync("/api/v1/databases")).ShouldBe(429, "rate_limited");
        (await owner.GetAsync("/api/v1/health")).ShouldBe(200);
        (await new Visitor(server, "Bearer x").GetAsync("/api/v1/health", ("X-Forwarded-For", "203.0.113.7"))).ShouldBe(401, "unauthenticated");
    }

    [Theory]
    [InlineData("PUT", "/api/v1/account/password", """{"current_password": "wrong", "new_password": "another pass phrase"}""")]
    [InlineData("DELETE", "/api/v1/account", """{"password": "wrong"}""")]
    public async Task Whoever_has_a_token_cannot_guess_the_password_with_it(string method, string path, string body)
    {
        await using var server = await StartAsync(logins: 5);
        var owner = await server.SignUpAsync();

        for (var i = 0; i < 5; i++)
            (await owner.SendAsync(method, path, body, ("X-Forwarded-For", $"203.0.113.{i}"))).ShouldBe(401, "invalid_credentials");

        (await owner.SendAsync(method, path, body, ("X-Forwarded-For", "203.0.113.99"))).ShouldBe(429, "rate_limited");
    }

    private static Task<TestServer> StartAsync(int logins) => TestServer.StartAsync(new()
    {
        ["RATE_LIMIT_ENABLED"] = "true",
        ["LOGIN_RATE_LIMIT_PER_MINUTE"] = $"{logins}",
        ["TRUSTED_PROXIES"] = "127.0.0.1",
    });

    private static Task<Answer> LogInAsync(TestServer server, string email, string? from = null) => server.Visitor.PostAsync(
        "/auth/login", new { email, password = "not the password" }, from is null ? [] : [("X-Forwarded-For", from)]);
}
