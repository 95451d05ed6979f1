using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

/// <summary>Whose address counts, shown by the limit that is counted for it: two requests a minute.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task Without_a_proxy_a_client_cannot_choose_its_address()
    {
        await using var server = await StartAsync(proxies: "");

        await CountAsync(server, "203.0.113.1", 200);
        await CountAsync(server, "203.0.113.2", 200);
        await CountAsync(server, "203.0.113.3", 429);
    }

    [Fact]
    public async Task A_proxy_that_is_not_configured_is_not_believed()
    {
        await using var server = await StartAsync(proxies: "10.0.0.0/8");

        await CountAsync(server, "203.0.113.1", 200);
        await CountAsync(server, "203.0.113.2", 200);
        await CountAsync(server, "203.0.113.3", 429);
    }

    [Fact]
    public async Task Behind_a_configured_one_each_client_is_counted_by_its_own_address()
    {
        await using var server = await StartAsync(proxies: "127.0.0.1");

        for (var i = 0; i < 2; i++)
        {
            await CountAsync(server, "203.0.113.1", 200);
            await CountAsync(server, "203.0.113.2:5555", 200);
            await CountAsync(server, "[2001:db8::1]:5555", 200);
        }

        await CountAsync(server, "203.0.113.1", 429);
        await CountAsync(server, "203.0.113.2", 429);
        await CountAsync(server, "2001:db8::1", 429);
        await CountAsync(server, "203.0.113.4", 200);
    }

    [Fact]
    public async Task What_a_client_puts_before_its_address_is_not_believed()
    {
        await using var server = await StartAsync(proxies: "127.0.0.1");

        await CountAsync(server, "198.51.100.1, 203.0.113.1", 200);
        await CountAsync(server, "198.51.100.2, 203.0.113.1", 200);
        await CountAsync(server, "198.51.100.3, 10.0.0.1, 203.0.113.1", 429);
        await CountAsync(server, "127.0.0.1, 203.0.113.1", 429);
    }

    [Fact]
    public async Task Through_several_proxies_the_rightmost_address_that_is_none_of_them_counts()
    {
        await using var server = await StartAsync(proxies: "127.0.0.1 10.0.0.0/8");

        await CountAsync(server, "203.0.113.1, 10.1.2.3", 200);
        await CountAsync(server, "198.51.100.9, 203.0.113.1, 10.9.9.9, 10.1.2.3", 200);
        await CountAsync(server, "203.0.113.1", 429);
        await CountAsync(server, "198.51.100.9", 200);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData(",,,")]
    [InlineData("unknown")]
    [InlineData("203.0.113.1, garbage")]
    [InlineData("' OR 1=1")]
    [InlineData("999.1.1.1")]
    public async Task What_is_no_address_counts_for_the_proxy(string forwarded)
    {
        await using var server = await StartAsync(proxies: "127.0.0.1");

        await CountAsync(server, forwarded, 200);
        await CountAsync(server, forwarded, 200);
        await CountAsync(server, forwarded, 429);
        await CountAsync(server, "203.0.113.1", 200);
    }

    [Fact]
    public async Task The_addresses_of_one_IPv6_host_count_as_one()
    {
        await using var server = await StartAsync(proxies: "127.0.0.1");

        await CountAsync(server, "2001:db8:0:1::1", 200);
        await CountAsync(server, "2001:db8:0:1:ffff::2", 200);
        await CountAsync(server, "2001:db8:0:1:1:2:3:4", 429);
        await CountAsync(server, "2001:db8:0:2::1", 200);
        await CountAsync(server, "::ffff:203.0.113.1", 200);
        await CountAsync(server, "203.0.113.1", 200);
        await CountAsync(server, "::ffff:203.0.113.1", 429);
    }

    private static Task<TestServer> StartAsync(string proxies) => TestServer.StartAsync(new()
    {
        ["RATE_LIMIT_ENABLED"] = "true",
        ["RATE_LIMIT_PER_MINUTE"] = "2",
        ["TRUSTED_PROXIES"] = proxies,
    });

    private static async Task CountAsync(TestServer server, string forwarded, int status) =>
        (await server.Visitor.GetAsync("/api/v1/version", ("X-Forwarded-For", forwarded))).ShouldBe(status);
}
