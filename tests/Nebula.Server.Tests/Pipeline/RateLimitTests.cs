using System.Globalization;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

public sealed class RateLimitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_may_send_so_many_and_is_told_how_many_are_left()
    {
        await using var server = await StartAsync(perMinute: 5);

        for (var left = 4; left >= 0; left--)
        {
            var answer = (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(200);
            Assert.Equal("5", answer.Header("RateLimit-Limit"));
            Assert.Equal($"{left}", answer.Header("RateLimit-Remaining"));
            Assert.InRange(Seconds(answer, "RateLimit-Reset"), 1, 60);
        }

        var refused = (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(429, "rate_limited");
        Assert.Equal("0", refused.Header("RateLimit-Remaining"));
        Assert.InRange(Seconds(refused, "Retry-After"), 1, 60);
    }

    [Fact]
    public async Task Probes_are_neither_counted_nor_refused()
    {
        await using var server = await StartAsync(perMinute: 2);
        foreach (var _ in Enumerable.Range(0, 3))
            await server.Visitor.GetAsync("/api/v1/version");

        foreach (var path in Enumerable.Repeat(new[] { "/ping", "/health", "/ready" }, 20).SelectMany(p => p))
            Assert.Null((await server.Visitor.GetAsync(path)).ShouldBe(200).Header("RateLimit-Limit"));
    }

    [Fact]
    public async Task Unknown_routes_are_counted_too()
    {
        await using var server = await StartAsync(perMinute: 3);

        for (var i = 0; i < 3; i++)
            (await server.Visitor.GetAsync("/nothing")).ShouldBe(404, "not_found");

        (await server.Visitor.GetAsync("/nothing")).ShouldBe(429, "rate_limited");
    }

    [Fact]
    public async Task Each_account_each_key_and_each_address_has_a_budget_of_its_own()
    {
        // An account's requests: to the address 2 for the sign-up and the login, then its own.
        await using var server = await StartAsync(perMinute: 12);
        var (one, other) = (await server.SignUpAsync(), await server.SignUpAsync());
        await one.CreateDatabaseAsync("shop");
        var (key, second) = (await one.CreateApiKeyAsync("shop"), await one.CreateApiKeyAsync("shop"));

        await ExhaustAsync(one, "/api/v1/health");
        await ExhaustAsync(key, "/api/v1/health");
        await ExhaustAsync(server.Visitor, "/api/v1/version");

        (await other.GetAsync("/api/v1/health")).ShouldBe(200);
        (await second.GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Fact]
    public async Task Who_waits_as_long_as_told_is_served_again()
    {
        await using var server = await StartAsync(perMinute: 60);
        var refused = (await ExhaustAsync(server.Visitor, "/api/v1/version")).ShouldBe(429, "rate_limited");

        // The limiter looks at the time ten times a second.
        await Task.Delay(TimeSpan.FromSeconds(Seconds(refused, "Retry-After") + 0.2), Ct);

        (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(200);
    }

    [Fact]
    public async Task A_limit_that_sixty_does_not_divide_is_kept_in_full()
    {
        await using var server = await StartAsync(perMinute: 119);
        await ExhaustAsync(server.Visitor, "/api/v1/version");

        await Task.Delay(TimeSpan.FromSeconds(2.2), Ct);

        // Nearly two a second: four have come, and one may still be under way.
        for (var i = 0; i < 3; i++)
            (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(200);
    }

    [Fact]
    public async Task Where_they_are_switched_off_nobody_is_limited()
    {
        await using var server = await TestServer.StartAsync(new() { ["RATE_LIMIT_PER_MINUTE"] = "1", ["LOGIN_RATE_LIMIT_PER_MINUTE"] = "1" });

        for (var i = 0; i < 5; i++)
        {
            (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(200);
            (await server.Visitor.PostAsync("/auth/login", new { email = "a@b.c", password = "x" })).ShouldBe(401, "invalid_credentials");
        }
    }

    private static Task<TestServer> StartAsync(int perMinute) => TestServer.StartAsync(new()
    {
        ["RATE_LIMIT_ENABLED"] = "true",
        ["RATE_LIMIT_PER_MINUTE"] = perMinute.ToString(CultureInfo.InvariantCulture),
        ["LOGIN_RATE_LIMIT_PER_MINUTE"] = "1000",
    });

    /// <summary>Asks until that is refused, and gives the refusal.</summary>
    private static async Task<Answer> ExhaustAsync(Visitor visitor, string path)
    {
        while (true)
        {
            if (await visitor.GetAsync(path) is { Status: 429 } refused)
                return refused;
        }
    }

    private static int Seconds(Answer answer, string header) => int.Parse(answer.Header(header) ?? "missing", CultureInfo.InvariantCulture);
}
