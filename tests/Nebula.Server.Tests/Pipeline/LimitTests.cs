using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

/// <summary>What is too large or too slow ends before it costs anything.</summary>
public sealed class LimitTests(SharedServer shared) : ServerTests(shared)
{
    private const int MaxBody = 2048;

    [Theory]
    [InlineData("POST", "/auth/signup")]
    [InlineData("POST", "/auth/login")]
    [InlineData("POST", "/api/v1/databases")]
    [InlineData("POST", "/api/v1/databases/shop/tables")]
    [InlineData("POST", Shop.Customers)]
    [InlineData("PUT", $"{Shop.Customers}/1")]
    public async Task A_body_beyond_the_limit_is_refused_however_it_is_sent(string method, string path)
    {
        await using var server = await TestServer.StartAsync(new() { ["MAX_BODY_BYTES"] = $"{MaxBody}" });
        var shop = await Shop.OpenAsync(server);
        var tooLarge = $$"""{"name": "{{new string('x', MaxBody)}}"}""";

        (await shop.Owner.SendAsync(method, path, tooLarge)).ShouldBe(413, "too_large");
        Assert.Contains(" 413 ", await SendInChunksAsync(server, shop.Owner, method, path, tooLarge), StringComparison.Ordinal);

        Assert.Equal(1, (await shop.Owner.GetAsync(Shop.Customers))["pagination"].Number("total"));
    }

    [Theory]
    [InlineData("POST", "/auth/login", 64)]
    [InlineData("PUT", "/api/v1/account/user/me", 64)]
    [InlineData("POST", "/api/v1/databases", 64)]
    [InlineData("POST", "/api/v1/databases/shop/tables", 1024)]
    public async Task Bodies_of_a_few_fields_have_a_lower_limit_than_records(string method, string path, int kib)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (within, beyond) = ($$"""{"x": "{{new string('x', kib * 1024 - 9)}}"}""", $$"""{"x": "{{new string('x', kib * 1024 - 8)}}"}""");

        Assert.Equal(400, (await shop.Owner.SendAsync(method, path, within)).Status);
        (await shop.Owner.SendAsync(method, path, beyond)).ShouldBe(413, "too_large");
    }

    [Fact]
    public async Task A_body_at_the_limit_is_taken()
    {
        await using var server = await TestServer.StartAsync(new() { ["MAX_BODY_BYTES"] = $"{MaxBody}" });
        var shop = await Shop.OpenAsync(server);

        var body = $$"""{"name": "{{new string('x', MaxBody - 12)}}"}""";

        Assert.Equal(MaxBody, body.Length);
        (await shop.Owner.PostAsync(Shop.Customers, body)).ShouldBe(201);
        (await shop.Owner.PostAsync(Shop.Customers, body + " ")).ShouldBe(413, "too_large");
    }

    [Theory]
    [InlineData("GET /{17000} HTTP/1.1\r\nHost: nebula\r\n\r\n", 414)]
    [InlineData("GET /ping?{17000} HTTP/1.1\r\nHost: nebula\r\n\r\n", 414)]
    [InlineData("GET /ping HTTP/1.1\r\nHost: nebula\r\nX: {33000}\r\n\r\n", 431)]
    [InlineData("GET /ping HTTP/1.1\r\nHost: nebula\r\nAuthorization: Bearer {33000}\r\n\r\n", 431)]
    public async Task An_address_or_a_header_beyond_its_limit_is_refused(string request, int status)
    {
        using var connection = await Nebula.ConnectAsync();

        await connection.SendAsync(Expand(request));

        Assert.StartsWith($"HTTP/1.1 {status} ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_headers_are_refused()
    {
        using var connection = await Nebula.ConnectAsync();

        await connection.SendAsync($"GET /ping HTTP/1.1\r\nHost: nebula\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: 1\r\n"))}\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /ping HTT")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: neb")]
    public async Task A_client_that_sends_half_a_header_is_dropped_when_its_time_is_over(string half)
    {
        await using var server = await StartImpatientAsync();
        using var connection = await server.ConnectAsync();
        var started = TimeProvider.System.GetTimestamp();

        await connection.SendAsync(half);
        var answer = await connection.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20), Ct);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task So_is_one_that_drips_its_header_byte_by_byte()
    {
        await using var server = await StartImpatientAsync();
        using var connection = await server.ConnectAsync();
        await connection.SendAsync("GET /ping HTTP/1.1\r\nX: ");
        var closed = connection.ReadToEndAsync();

        for (var i = 0; i < 200 && !closed.IsCompleted; i++)
        {
            try
            {
                await connection.SendAsync("x");
            }
            catch (IOException)
            {
                break; // closed
            }

            await Task.Delay(50, Ct);
        }

        await closed.WaitAsync(TimeSpan.FromSeconds(5), Ct);
    }

    [Fact]
    public async Task So_is_one_that_never_sends_the_rest_of_its_body_and_nothing_is_written()
    {
        await using var server = await StartImpatientAsync();
        var shop = await Shop.OpenAsync(server);
        using var connection = await server.ConnectAsync();

        await connection.SendAsync(RawConnection.Head("POST", Shop.Customers, shop.Owner, "Content-Length: 100") + "{\"name\": ");
        await connection.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20), Ct);

        Assert.Equal(1, (await shop.Owner.GetAsync(Shop.Customers))["pagination"].Number("total"));
    }

    [Fact]
    public async Task Idle_and_half_open_connections_keep_nobody_else_out()
    {
        var connections = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var connection = await Nebula.ConnectAsync();
                connections.Add(connection);
                await connection.SendAsync("GET /ping HTTP/1.1\r\nHost: ");
            }

            Assert.Equal("pong", (await Nebula.Visitor.GetAsync("/ping")).Body);
        }
        finally
        {
            connections.ForEach(c => c.Dispose());
        }
    }

    private static Task<TestServer> StartImpatientAsync() => TestServer.StartAsync([], services => services.Configure<KestrelServerOptions>(kestrel =>
    {
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(1.5));
    }));

    private static async Task<string> SendInChunksAsync(TestServer server, Owner owner, string method, string path, string body)
    {
        using var connection = await server.ConnectAsync();
        await connection.SendAsync(RawConnection.Head(method, path, owner, "Connection: close", "Transfer-Encoding: chunked"));
        await connection.SendAsync($"{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
        return await connection.ReadToEndAsync();
    }

    /// <summary>Puts so many letters in the place of a number in braces.</summary>
    private static string Expand(string text)
    {
        var (open, close) = (text.IndexOf('{', StringComparison.Ordinal), text.IndexOf('}', StringComparison.Ordinal));
        var count = int.Parse(text.AsSpan(open + 1, close - open - 1), CultureInfo.InvariantCulture);
        return string.Concat(text.AsSpan(0, open), new string('x', count), text.AsSpan(close + 1));
    }
}
