using System.Diagnostics;
using Nebula.Server.Redis;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Redis;

/// <summary>Without Redis each server counts by itself: nobody is refused, kept waiting or left unlimited because of it.</summary>
public sealed class RedisOutageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_that_dies_under_requests_is_done_without_and_comes_back()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        await using var one = await Replica.StartAsync(redis.Url);
        await using var other = await Replica.StartAsync(redis.Url);
        Assert.Equal("ok", await Replica.RedisOfAsync(one));

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var asking = Enumerable.Range(0, 4).Select(n => AskAsync(n % 2 == 0 ? one : other, enough.Token)).ToList();
        await Task.Delay(300, Ct);
        await redis.KillAsync();
        await Replica.UntilRedisIsAsync(one, "unavailable", Ct);
        await Task.Delay(500, Ct);
        Assert.Equal("degraded", (await one.Visitor.GetAsync("/ready")).ShouldBe(200).Text("status"));
        await redis.StartAgainAsync(Ct);
        await Replica.UntilRedisIsAsync(one, "ok", Ct);
        await Replica.UntilRedisIsAsync(other, "ok", Ct);
        await enough.CancelAsync();

        var statuses = (await Task.WhenAll(asking)).SelectMany(each => each).ToList();
        Assert.True(statuses.Count > 20);
        Assert.All(statuses, status => Assert.Equal(200, status));
        Assert.Equal("ok", (await one.Visitor.GetAsync("/ready")).Text("status"));
    }

    [Fact]
    public async Task While_Redis_is_away_the_limits_hold_on_each_server_and_afterwards_on_all()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        await using var one = await Replica.StartAsync(redis.Url, perMinute: 3);
        await using var other = await Replica.StartAsync(redis.Url, perMinute: 3);
        await redis.KillAsync();

        foreach (var server in new[] { one, other })
        {
            var caller = ("X-Forwarded-For", "203.0.113.1");
            for (var left = 2; left >= 0; left--)
                Assert.Equal($"{left}", (await server.Visitor.GetAsync("/api/v1/version", caller)).ShouldBe(200).Header("RateLimit-Remaining"));
            (await server.Visitor.GetAsync("/api/v1/version", caller)).ShouldBe(429, "rate_limited");
        }

        await redis.StartAgainAsync(Ct);
        await Replica.UntilRedisIsAsync(one, "ok", Ct);
        await Replica.UntilRedisIsAsync(other, "ok", Ct);
        var next = ("X-Forwarded-For", "203.0.113.2");
        for (var left = 2; left >= 0; left--)
            Assert.Equal($"{left}", (await (left % 2 == 0 ? one : other).Visitor.GetAsync("/api/v1/version", next)).ShouldBe(200).Header("RateLimit-Remaining"));
        (await one.Visitor.GetAsync("/api/v1/version", next)).ShouldBe(429, "rate_limited");
        (await other.Visitor.GetAsync("/api/v1/version", next)).ShouldBe(429, "rate_limited");
    }

    [Fact]
    public async Task Redis_that_hangs_costs_a_moment_once_and_not_for_each_request()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        await using var server = await Replica.StartAsync(redis.Url, patience: RedisBuckets.Patience);
        await redis.SuspendAsync(Ct);
        var watch = Stopwatch.StartNew();

        for (var i = 0; i < 100; i++)
            (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(200);

        // A hundred that waited would take ten seconds; a busy machine may be slow by itself.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        await Replica.UntilRedisIsAsync(server, "unavailable", Ct);
        await redis.ResumeAsync(Ct);
        await Replica.UntilRedisIsAsync(server, "ok", Ct);
    }

    [Fact]
    public async Task A_server_starts_without_its_Redis_and_says_so()
    {
        await using var server = await Replica.StartAsync(RedisServer.Nowhere(), perMinute: 2);

        var ready = (await server.Visitor.GetAsync("/ready")).ShouldBe(200);

        Assert.Equal("degraded", ready.Text("status"));
        Assert.Equal("unavailable", ready["checks"].Text("redis"));
        await server.Log.ShouldSayAsync("Redis does not serve the rate limits", Ct);
        Assert.Single(server.Log.Lines, line => line.Contains("Redis does not serve the rate limits", StringComparison.Ordinal));
        for (var i = 0; i < 2; i++)
            (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(200);
        (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(429, "rate_limited");
    }

    [Fact]
    public async Task A_wrong_password_is_an_outage_too_and_the_log_does_not_repeat_it()
    {
        await using var redis = await RedisServer.StartAsync(Ct);
        var wrong = redis.Url.Replace("redis://:", "redis://:hush-hush", StringComparison.Ordinal);

        await using var server = await Replica.StartAsync(wrong);

        Assert.Equal("unavailable", await Replica.RedisOfAsync(server));
        (await server.Visitor.GetAsync("/api/v1/version")).ShouldBe(200);
        Assert.DoesNotContain("hush-hush", server.Log.Text, StringComparison.Ordinal);
    }

    private static async Task<List<int>> AskAsync(TestServer server, CancellationToken ct)
    {
        var statuses = new List<int>();
        while (!ct.IsCancellationRequested)
            statuses.Add((await server.Visitor.GetAsync("/api/v1/version", ("X-Forwarded-For", Some.Address()))).Status);
        return statuses;
    }
}
