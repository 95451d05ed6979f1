using Nebula.Server.Options;

namespace Nebula.Server.Tests.Options;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://cache", "cache", 6379, null, null, 0, false)]
    [InlineData("redis://cache:6380/3", "cache", 6380, null, null, 3, false)]
    [InlineData("redis://:hush@10.0.0.5:6379/", "10.0.0.5", 6379, null, "hush", 0, false)]
    [InlineData("rediss://nebula:p%40ss%3Aw%2Frd@cache.example/15", "cache.example", 6379, "nebula", "p@ss:w/rd", 15, true)]
    [InlineData(" redis://[::1]:6379 ", "::1", 6379, null, null, 0, false)]
    public void A_url_says_where_Redis_is_and_how_it_is_entered(string url, string host, int port, string? user, string? password, int database, bool isTls)
    {
        var redis = From(url).Redis;

        Assert.Equal((host, port, database, isTls), (redis?.Host, redis?.Port, redis?.Database, redis?.IsTls));
        Assert.Equal((user, password), (redis?.User, redis?.Password));
    }

    [Theory]
    [InlineData("cache:6379")]
    [InlineData("http://:hush@cache")]
    [InlineData("redis://")]
    [InlineData("redis://:hush@cache/first")]
    [InlineData("redis://:hush@cache/16384")]
    [InlineData("redis://:hush@cache?timeout=1")]
    [InlineData("redis://hush@cache")]
    public void Anything_else_stops_the_start_and_is_not_repeated(string url)
    {
        var problem = Assert.Single(Assert.Throws<InvalidOptionsException>(() => From(url)).Problems);

        Assert.StartsWith("REDIS_URL: the value ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_is_not_printed_with_the_options() =>
        Assert.DoesNotContain("hush", From("redis://nebula:hush@cache").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Without_one_nothing_is_shared() => Assert.Null(NebulaOptions.From(new Dictionary<string, string>()).Redis);

    private static NebulaOptions From(string url) => NebulaOptions.From(new Dictionary<string, string> { ["REDIS_URL"] = url });
}
