using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Links only from a configured public URL": the host that a client names is in no answer.</summary>
public sealed class HostHeaderTests(SharedServer shared) : ServerTests(shared)
{
    private const string Evil = "evil.example";

    [Theory]
    [InlineData("Host")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Original-Host")]
    [InlineData("Forwarded")]
    public async Task No_answer_repeats_the_host_that_was_asked_for(string header)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var value = header == "Forwarded" ? $"host={Evil}" : Evil;

        foreach (var route in ApiRoute.All.Where(r => r.Method == "GET" || r is { Method: "POST", NamesTable: true }))
        {
            var answer = await shop.Owner.SendAsync(route.Method, route.In(shop), route.Body, (header, value));

            Assert.InRange(answer.Status, 200, 404);
            Assert.DoesNotContain(Evil, answer.Body, StringComparison.Ordinal);
            Assert.True(answer.Header("Location") is not { } location || location.StartsWith("/api/", StringComparison.Ordinal), answer.Header("Location"));
        }

        Assert.DoesNotContain(Evil, (await shop.Owner.GetAsync("/nothing", (header, value))).ShouldBe(404).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_the_one_in_the_target_of_the_request()
    {
        using var connection = await Nebula.ConnectAsync();

        await connection.SendAsync($"GET http://{Evil}/nothing HTTP/1.1\r\nHost: {Evil}\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain(Evil, await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }
}
