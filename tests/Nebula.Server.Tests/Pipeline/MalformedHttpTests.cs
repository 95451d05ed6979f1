using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

public sealed class MalformedHttpTests(SharedServer shared) : ServerTests(shared)
{
    [Theory]
    [InlineData("\r\n\r\nGARBAGE\r\n\r\n")]
    [InlineData("GET\r\n\r\n")]
    [InlineData("GET /ping\r\n\r\n")]
    [InlineData("GET /ping HTTP/9.9\r\nHost: nebula\r\n\r\n")]
    [InlineData("GET ping HTTP/1.1\r\nHost: nebula\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: one\r\nHost: two\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: a b\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: nebula\r\nNo colon\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: nebula\r\n: no name\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: nebula\r\nBad Name: x\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: nebula\r\nX: a\0b\r\n\r\n")]
    [InlineData("GET /ping HTTP/1.1\r\nHost: nebula\r\n folded: x\r\n\r\n")]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: nebula\r\n\r\n")]
    [InlineData("GET /\u00e4 HTTP/1.1\r\nHost: nebula\r\n\r\n")]
    [InlineData("POST /auth/login HTTP/1.1\r\nHost: nebula\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /auth/login HTTP/1.1\r\nHost: nebula\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("POST /auth/login HTTP/1.1\r\nHost: nebula\r\nContent-Length: ten\r\n\r\n")]
    [InlineData("POST /auth/login HTTP/1.1\r\nHost: nebula\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("POST /auth/login HTTP/1.1\r\nHost: nebula\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")] // a TLS hello
    public async Task What_is_not_HTTP_is_refused_and_the_server_goes_on(string request)
    {
        using (var connection = await Nebula.ConnectAsync())
        {
            await connection.SendAsync(request);
            var answer = await connection.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20), Ct);

            Assert.Matches(@"^(HTTP/1\.1 [45]|$)", answer);
            Assert.DoesNotContain("Server:", answer, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
        }

        (await Nebula.Visitor.GetAsync("/ping")).ShouldBe(200);
    }

    [Fact]
    public async Task A_request_hidden_in_the_body_of_another_is_not_answered()
    {
        const string Hidden = "GET /health HTTP/1.1\r\nHost: nebula\r\n\r\n";
        using var connection = await Nebula.ConnectAsync();

        await connection.SendAsync(RawConnection.Head(
            "POST", "/auth/login", null, $"Content-Length: {Hidden.Length + 5}", "Transfer-Encoding: chunked", "Connection: close"));
        await connection.SendAsync($"0\r\n\r\n{Hidden}");

        Assert.DoesNotContain("\"ok\"", await connection.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_its_body_leaves_nothing_behind()
    {
        var shop = await Shop.OpenAsync(Nebula);

        for (var i = 0; i < 20; i++)
        {
            using var connection = await Nebula.ConnectAsync();
            await connection.SendAsync(RawConnection.Head("POST", Shop.Customers, shop.Owner, "Content-Length: 50") + "{\"name\": \"half");
        }

        await Task.Delay(100, Ct);
        Assert.Equal(1, (await shop.Owner.GetAsync(Shop.Customers))["pagination"].Number("total"));
    }

    [Fact]
    public async Task Requests_sent_at_once_on_one_connection_are_answered_in_their_order()
    {
        var shop = await Shop.OpenAsync(Nebula);
        using var connection = await Nebula.ConnectAsync();

        await connection.SendAsync(string.Concat(
            RawConnection.Head("POST", Shop.Customers, shop.Owner, "Content-Length: 14"), "{\"name\":\"Bea\"}",
            RawConnection.Head("GET", $"{Shop.Customers}/2", shop.Owner),
            RawConnection.Head("PUT", $"{Shop.Customers}/2", shop.Owner, "Content-Length: 14"), "{\"name\":\"Cat\"}",
            RawConnection.Head("GET", $"{Shop.Customers}/2", shop.Owner, "Connection: close")));

        var answers = (await connection.ReadToEndAsync()).Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["201", "200", "200", "200"], answers.Select(a => a[..3]));
        Assert.Equal(["Bea", "Bea", "Cat", "Cat"], answers.Select(a => a[(a.IndexOf("\"name\":\"", StringComparison.Ordinal) + 8)..][..3]));
    }

    [Fact]
    public async Task Bytes_that_a_route_does_not_read_do_not_disturb_the_next_request()
    {
        using var connection = await Nebula.ConnectAsync();

        await connection.SendAsync(string.Concat(
            RawConnection.Head("GET", "/health", null, "Content-Length: 25"), "GET /nothing HTTP/1.1\r\n\r\n",
            RawConnection.Head("GET", "/ping", null, "Connection: close")));

        var answer = await connection.ReadToEndAsync();
        Assert.Equal(2, answer.Split("HTTP/1.1 200").Length - 1);
        Assert.DoesNotContain("404", answer, StringComparison.Ordinal);
        Assert.EndsWith("pong", answer, StringComparison.Ordinal);
    }
}
