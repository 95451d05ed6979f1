using Nebula.Server.Options.Parsing;
using Nebula.Server.Redis;
using Nebula.Server.Tests.Infrastructure;
using StackExchange.Redis;

namespace Nebula.Server.Tests.Redis;

/// <summary>Limits are correct across replicas: each test asks two servers that have nothing in common but Redis and the secret.</summary>
public sealed class SharedLimitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_servers_share_the_limit_of_a_caller()
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        await using var one = await Replica.StartAsync(redis.Url, perMinute: 4);
        await using var other = await Replica.StartAsync(redis.Url, perMinute: 4);
        var caller = ("X-Forwarded-For", Some.Address());

        for (var left = 3; left >= 0; left--)
        {
            var answer = (await (left % 2 == 0 ? one : other).Visitor.GetAsync("/api/v1/version", caller)).ShouldBe(200);
            Assert.Equal("4", answer.Header("RateLimit-Limit"));
            Assert.Equal($"{left}", answer.Header("RateLimit-Remaining"));
        }

        foreach (var server in new[] { one, other })
        {
            var refused = (await server.Visitor.GetAsync("/api/v1/version", caller)).ShouldBe(429, "rate_limited");
            Assert.Equal("0", refused.Header("RateLimit-Remaining"));
            Assert.Equal("60", refused.Header("RateLimit-Reset"));
            Assert.InRange(int.Parse(refused.Header("Retry-After") ?? "missing", System.Globalization.CultureInfo.InvariantCulture), 1, 15);
            (await server.Visitor.GetAsync("/api/v1/version", ("X-Forwarded-For", Some.Address()))).ShouldBe(200);
        }
    }

    [Fact]
    public async Task An_account_can_be_aimed_at_so_often_on_all_servers_together()
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        await using var one = await Replica.StartAsync(redis.Url, logins: 2);
        await using var other = await Replica.StartAsync(redis.Url, logins: 2);
        var target = Some.Email();

        (await LogInAsync(one, target)).ShouldBe(401, "invalid_credentials");
        (await LogInAsync(other, target.ToUpperInvariant())).ShouldBe(401, "invalid_credentials");

        (await LogInAsync(one, target)).ShouldBe(429, "rate_limited");
        (await LogInAsync(other, target)).ShouldBe(429, "rate_limited");
        (await LogInAsync(other, Some.Email())).ShouldBe(401, "invalid_credentials");
    }

    [Fact]
    public async Task Refused_credentials_of_an_address_are_counted_on_all_servers_together()
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        await using var one = await Replica.StartAsync(redis.Url, logins: 1);
        await using var other = await Replica.StartAsync(redis.Url, logins: 1);
        var (address, started) = (("X-Forwarded-For", Some.Address()), TimeProvider.System.GetTimestamp());

        var refused = 0;
        while ((await new Visitor(refused % 2 == 0 ? one : other, "ApiKey neb_abcdefgh_x").GetAsync("/api/v1/health", address)).Status == 401 && refused < 100)
            refused++;

        // Ten for each login, and those that came back meanwhile.
        Assert.InRange(refused, 10, 11 + (int)(TimeProvider.System.GetElapsedTime(started).TotalSeconds / 6));
        (await new Visitor(one, "Bearer x").GetAsync("/api/v1/health", address)).ShouldBe(429, "rate_limited");
        (await new Visitor(other, "Bearer x").GetAsync("/api/v1/health", address)).ShouldBe(429, "rate_limited");
    }

    [Fact]
    public async Task Nothing_that_says_who_it_was_is_kept_in_Redis()
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        // A bucket is forgotten when it is full again: these take six seconds for it.
        await using var server = await Replica.StartAsync(redis.Url, perMinute: 10, logins: 10);
        var (address, email) = (Some.Address(), Some.Email());
        (await server.Visitor.PostAsync("/auth/login", new { email, password = "not the password" }, ("X-Forwarded-For", address))).ShouldBe(401);
        Assert.Null(RedisUrl.Parse(redis.Url, out var url));

        await using var connection = await ConnectionMultiplexer.ConnectAsync(RedisConnection.Options(url!)); // not null: parsed without a fault
        var keys = connection.GetServers().Single().Keys(url!.Database).Select(key => key.ToString())
            .Where(key => key.StartsWith("nebula:", StringComparison.Ordinal) && !key.StartsWith("nebula:limits:probe:", StringComparison.Ordinal)) // gone within a tenth of a second
            .ToList();

        Assert.Contains(keys, key => key.StartsWith("nebula:limits:requests:", StringComparison.Ordinal));
        Assert.Contains(keys, key => key.StartsWith("nebula:limits:logins:", StringComparison.Ordinal));
        Assert.All(keys, key =>
        {
            Assert.Matches("^nebula:limits:[a-z]+:[A-Za-z0-9_-]{22}$", key);
            Assert.Matches("^[0-9]+ [0-9]+$", connection.GetDatabase(url.Database).StringGet(key).ToString());
            Assert.InRange(connection.GetDatabase(url.Database).KeyTimeToLive(key) ?? TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        });
    }

    [Fact]
    public async Task Where_nothing_is_limited_Redis_is_not_asked()
    {
        await using var server = await TestServer.StartAsync(new() { ["REDIS_URL"] = RedisServer.Nowhere() });

        var ready = (await server.Visitor.GetAsync("/ready")).ShouldBe(200);

        Assert.Equal("ok", ready.Text("status"));
        Assert.Equal(["metadata", "databases"], ready["checks"].Names());
    }

    private static Task<Answer> LogInAsync(TestServer server, string email) =>
        server.Visitor.PostAsync("/auth/login", new { email, password = "not the password" }, ("X-Forwarded-For", Some.Address()));
}
