using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

public sealed class RequestIdTests(SharedServer shared) : ServerTests(shared)
{
    [Theory]
    [InlineData("a")]
    [InlineData("019ab0d2-7f10-7d21-a4c5-1b2c3d4e5f60")]
    [InlineData("Root=1-67891233:abc.DEF_9")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    public async Task A_well_formed_id_is_kept_and_the_others_are_not(string id)
    {
        var isKept = !id.Contains('=', StringComparison.Ordinal);

        var answer = (await Nebula.Visitor.GetAsync("/nothing", ("X-Request-Id", id))).ShouldBe(404, "not_found");

        Assert.Equal(isKept, answer.Header("X-Request-Id") == id);
        Assert.Equal(isKept, answer.Text("request_id") == id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"quoted\"")]
    [InlineData("a;b")]
    [InlineData("a,b")]
    [InlineData("a/../b")]
    [InlineData("{\"json\":1}")]
    [InlineData("%0d%0aSet-Cookie:x=1")]
    public async Task A_malformed_one_is_replaced_and_never_repeated(string id)
    {
        foreach (var path in new[] { "/ping", "/nothing", "/api/v1/databases" })
        {
            var answer = await Nebula.Visitor.GetAsync(path, ("X-Request-Id", id));

            Assert.NotEqual(id, answer.Header("X-Request-Id"));
            Assert.Matches("^[A-Za-z0-9:._-]+$", answer.Header("X-Request-Id"));
            if (id.Length > 0)
                Assert.DoesNotContain(id, answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_longest_id_has_128_characters()
    {
        foreach (var (length, isKept) in new[] { (128, true), (129, false), (5000, false) })
        {
            var id = new string('x', length);
            Assert.Equal(isKept, (await Nebula.Visitor.GetAsync("/ping", ("X-Request-Id", id))).Header("X-Request-Id") == id);
        }
    }

    [Fact]
    public async Task Two_ids_are_none()
    {
        var answer = await Nebula.Visitor.GetAsync("/ping", ("X-Request-Id", "one"), ("X-Request-Id", "two"));

        Assert.DoesNotContain(answer.Header("X-Request-Id"), new[] { "one", "two", "one, two", "one,two" });
    }

    [Fact]
    public async Task Ids_that_the_server_makes_are_all_different()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Nebula.Visitor.GetAsync("/ping")));

        Assert.Equal(100, answers.Select(a => a.Header("X-Request-Id")).Distinct().Count());
    }

    [Fact]
    public async Task The_log_has_the_request_once_under_its_id_with_its_route_and_neither_path_nor_query()
    {
        await using var server = await TestServer.StartAsync([]);
        var owner = await server.SignUpAsync();
        await owner.CreateDatabaseAsync("secretname");

        await owner.GetAsync("/api/v1/databases/secretname/tables?secretword=1", ("X-Request-Id", "find-me"));
        await server.StopAsync();

        var line = Assert.Single(server.Log.Lines, l => l.Contains("find-me", StringComparison.Ordinal));
        foreach (var part in new[] { "\"GET\"", "/api/v1/databases/{db}/tables", "200", "\"account\"" })
            Assert.Contains(part, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }
}
