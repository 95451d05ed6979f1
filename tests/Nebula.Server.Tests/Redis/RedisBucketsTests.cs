using Microsoft.Extensions.Logging.Abstractions;
using Nebula.Api.RateLimiting;
using Nebula.Server.Options.Parsing;
using Nebula.Server.Redis;
using Nebula.Server.Tests.Infrastructure;
using StackExchange.Redis;

namespace Nebula.Server.Tests.Redis;

public sealed class RedisBucketsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_take_at_once_nobody_gets_what_is_not_there()
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        using var one = await StartAsync(redis);
        using var other = await StartAsync(redis);
        var (partition, started) = (Some.Address(), TimeProvider.System.GetTimestamp());

        var states = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => TakeAsync(n % 2 == 0 ? one : other, partition, perMinute: 60)));

        var taken = states.Count(state => state.IsTaken);
        Assert.InRange(taken, 60, 61 + (int)TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        Assert.All(states.Where(state => !state.IsTaken), state => Assert.Equal(0, state.Left));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10_000_000)]
    public async Task A_new_bucket_is_full_whatever_it_holds(int perMinute)
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        using var buckets = await StartAsync(redis);

        var state = await TakeAsync(buckets, Some.Address(), perMinute);

        Assert.Equal((true, perMinute - 1), (state.IsTaken, state.Left));
    }

    [Fact]
    public async Task Who_waits_as_long_as_told_gets_the_next()
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        using var buckets = await StartAsync(redis);
        var partition = Some.Address();
        BucketState state;
        do
            state = await TakeAsync(buckets, partition, perMinute: 30);
        while (state.IsTaken);

        Assert.InRange(state.RetryAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        await Task.Delay(state.RetryAfter + TimeSpan.FromMilliseconds(20), Ct);

        Assert.True((await TakeAsync(buckets, partition, perMinute: 30)).IsTaken);
    }

    [Fact]
    public async Task A_clock_that_went_back_keeps_nobody_waiting_for_it()
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        using var buckets = await StartAsync(redis);
        var partition = Some.Address();
        await using (var direct = await ConnectAsync(redis))
        {
            // What was written by a clock that was an hour ahead: a bucket of 600 that is empty.
            var key = new BucketKeys(TestServer.JwtSecret).Of("tests", partition);
            var ahead = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds() * 1000;
            await direct.GetDatabase().StringSetAsync(key, $"{600L * 60_000_000} {ahead}", TimeSpan.FromHours(1));
        }

        var refused = await TakeAsync(buckets, partition, perMinute: 600);
        await Task.Delay(refused.RetryAfter + TimeSpan.FromMilliseconds(20), Ct);

        Assert.False(refused.IsTaken);
        Assert.True((await TakeAsync(buckets, partition, perMinute: 600)).IsTaken);
    }

    [Fact]
    public async Task Servers_with_different_secrets_do_not_meet()
    {
        await using var redis = await RedisServer.AnyAsync(Ct);
        using var one = await StartAsync(redis);
        using var stranger = await StartAsync(redis, secret: "another secret of thirty-two bytes");
        var partition = Some.Address();

        Assert.Equal(1, (await TakeAsync(one, partition, perMinute: 2)).Left);
        Assert.Equal(1, (await TakeAsync(stranger, partition, perMinute: 2)).Left);
        Assert.Equal(0, (await TakeAsync(one, partition, perMinute: 2)).Left);
    }

    [Fact]
    public void The_name_of_a_bucket_depends_on_secret_and_partition_and_shows_neither()
    {
        var keys = new BucketKeys(TestServer.JwtSecret);

        Assert.Equal(keys.Of("logins", "account:a@b.c"), new BucketKeys(TestServer.JwtSecret).Of("logins", "account:a@b.c"));
        Assert.NotEqual(keys.Of("logins", "account:a@b.c"), keys.Of("logins", "account:a@b.d"));
        Assert.NotEqual(keys.Of("logins", "account:a@b.c"), new BucketKeys("another secret of thirty-two bytes").Of("logins", "account:a@b.c"));
        Assert.DoesNotContain("a@b.c", keys.Of("logins", "account:a@b.c"), StringComparison.Ordinal);
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(RedisServer redis)
    {
        Assert.Null(RedisUrl.Parse(redis.Url, out var address));
        return await ConnectionMultiplexer.ConnectAsync(RedisConnection.Options(address!)); // not null: parsed without a fault
    }

    private static async Task<RedisBuckets> StartAsync(RedisServer redis, string secret = TestServer.JwtSecret)
    {
        var buckets = Replica.Buckets(redis.Url, secret, TimeSpan.FromSeconds(10), NullLogger<RedisBuckets>.Instance);
        await buckets.StartAsync(Ct);
        Assert.True(buckets.IsAvailable);
        return buckets;
    }

    private static async Task<BucketState> TakeAsync(RedisBuckets buckets, string partition, int perMinute) =>
        Assert.NotNull(await buckets.TakeAsync("tests", partition, perMinute, Ct));
}
