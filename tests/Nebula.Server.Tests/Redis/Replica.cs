using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nebula.Server.Options.Parsing;
using Nebula.Server.Redis;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Redis;

/// <summary>Servers that share a Redis and a secret, as replicas do.</summary>
internal static class Replica
{
    /// <param name="patience">How long a request waits for Redis: long enough for a busy machine where a test is not about that.</param>
    public static Task<TestServer> StartAsync(string redis, int perMinute = 6000, int logins = 1000, TimeSpan? patience = null) => TestServer.StartAsync(
        new()
        {
            ["REDIS_URL"] = redis,
            ["RATE_LIMIT_ENABLED"] = "true",
            ["RATE_LIMIT_PER_MINUTE"] = $"{perMinute}",
            ["LOGIN_RATE_LIMIT_PER_MINUTE"] = $"{logins}",
            ["TRUSTED_PROXIES"] = "127.0.0.1",
        },
        services => services.AddSingleton(provider => Buckets(
            redis, TestServer.JwtSecret, patience ?? TimeSpan.FromSeconds(10), provider.GetRequiredService<ILogger<RedisBuckets>>())));

    public static RedisBuckets Buckets(string redis, string secret, TimeSpan patience, ILogger<RedisBuckets> logger)
    {
        Assert.Null(RedisUrl.Parse(redis, out var address));
        return new RedisBuckets(address!, new BucketKeys(secret), patience, TimeProvider.System, logger); // not null: parsed without a fault
    }

    /// <summary>What <c>/ready</c> says of Redis.</summary>
    public static async Task<string> RedisOfAsync(TestServer server) => (await server.Visitor.GetAsync("/ready")).ShouldBe(200)["checks"].Text("redis");

    public static async Task UntilRedisIsAsync(TestServer server, string wanted, CancellationToken ct)
    {
        for (var attempt = 0; await RedisOfAsync(server) != wanted; attempt++)
        {
            Assert.True(attempt < 300, $"Redis was not {wanted} within 30 s.");
            await Task.Delay(100, ct);
        }
    }
}
