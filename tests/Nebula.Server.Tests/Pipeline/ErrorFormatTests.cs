using Microsoft.Extensions.DependencyInjection;
using Nebula.Core.Databases;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

public sealed class ErrorFormatTests(SharedServer shared) : ServerTests(shared)
{
    public static TheoryData<string> Paths => [.. ApiRoute.All.Select(r => r.Template).Where(t => t != "/api/v1/databases/import").Distinct()]; // also the path of a database of that name

    [Theory]
    [InlineData("/")]
    [InlineData("/favicon.ico")]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/databases")]
    [InlineData("/auth")]
    [InlineData("/metrics")]
    [InlineData("/.env")]
    [InlineData("/.git/config")]
    [InlineData("/api/v1/databases/shop/tables/customers/records/1/more")]
    [InlineData("/%F0%9F%98%80")]
    public async Task An_unknown_route_is_told_in_the_form_of_all_errors(string path)
    {
        var owner = await Nebula.SignUpAsync();

        (await Nebula.Visitor.GetAsync(path)).ShouldBe(404, "not_found");
        (await owner.PostAsync(path, new { })).ShouldBe(404, "not_found");
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_method_that_a_path_does_not_take_is_told_with_those_that_it_takes(string template)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var routes = ApiRoute.All.Where(r => r.Template == template).ToList();

        foreach (var method in new[] { "TRACE", "BREW", "GET", "POST", "PUT", "PATCH", "DELETE" }.Except(routes.Select(r => r.Method)))
        {
            var answer = await shop.Owner.SendAsync(method, routes[0].In(shop), null);

            answer.ShouldBe(405, "method_not_allowed");
            Assert.Equal(routes.Select(r => r.Method).Order(StringComparer.Ordinal), answer.Allow);
        }
    }

    [Fact]
    public async Task A_fault_of_the_server_says_nothing_but_its_request_id()
    {
        await using var server = await StartBrokenAsync();
        var owner = await server.SignUpAsync();

        foreach (var (method, path, body) in new[] { ("GET", "/api/v1/databases", null), ("POST", "/api/v1/databases", new { db_name = "shop" }),
            ("GET", Shop.Customers, (object?)null) })
        {
            var answer = (await owner.SendAsync(method, path, body)).ShouldBe(500, "internal");

            Assert.Equal(["error", "code", "status", "request_id", "hint"], answer.Json.Names());
            Assert.Equal("The server failed.", answer.Text("error"));
            Assert.DoesNotContain("SELECT", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", answer.Body, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        }
    }

    [Fact]
    public async Task The_log_has_the_rest_under_that_id()
    {
        await using var server = await StartBrokenAsync();
        var owner = await server.SignUpAsync();

        var id = (await owner.GetAsync("/api/v1/databases")).ShouldBe(500, "internal").Text("request_id");
        await server.StopAsync();

        var line = Assert.Single(server.Log.Lines, l => l.Contains(BrokenDatabases.Secret, StringComparison.Ordinal));
        Assert.Contains(id, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_goes_on_after_a_fault()
    {
        await using var server = await StartBrokenAsync();
        var owner = await server.SignUpAsync();

        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => owner.GetAsync("/api/v1/databases"))))
            answer.ShouldBe(500, "internal");

        (await owner.GetAsync("/api/v1/account/user/me")).ShouldBe(200);
    }

    [Theory]
    [InlineData("application/problem+json")]
    [InlineData("text/html, Application/Problem+JSON;q=0.9, */*;q=0.1")]
    public async Task Who_asks_for_it_gets_errors_as_RFC_9457_has_them(string accept)
    {
        var owner = await Nebula.SignUpAsync();

        var answer = await owner.GetAsync("/api/v1/databases/none?x=%22", ("Accept", accept));

        Assert.Equal((404, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal(["type", "title", "detail", "instance", "error", "code", "status", "request_id"], answer.Json.Names());
        Assert.Equal(("about:blank", "Not Found"), (answer.Text("type"), answer.Text("title")));
        Assert.Equal(answer.Text("error"), answer.Text("detail"));
        Assert.Equal("/api/v1/databases/none", answer.Text("instance"));
        Assert.Equal(404, answer.Number("status"));
    }

    [Fact]
    public async Task So_do_errors_of_every_layer()
    {
        var owner = await Nebula.SignUpAsync();
        var accept = ("Accept", "application/problem+json");

        foreach (var answer in new[]
        {
            await owner.GetAsync("/nothing", accept),
            await owner.DeleteAsync("/ping", null, accept),
            await Nebula.Visitor.GetAsync("/api/v1/databases", accept),
            await owner.PostAsync("/api/v1/databases", "{", accept),
            await owner.PostAsync("/api/v1/databases", "{}", accept, ("Content-Type", "text/plain")),
        })
        {
            Assert.Equal("application/problem+json", answer.MediaType);
            Assert.Equal(answer.Status, answer.Number("status"));
            Assert.NotEmpty(answer.Text("title"));
        }
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("*/*")]
    [InlineData("application/xml")]
    public async Task Everybody_else_gets_plain_JSON(string accept)
    {
        (await Nebula.Visitor.GetAsync("/nothing", ("Accept", accept))).ShouldBe(404, "not_found");
    }

    private static Task<TestServer> StartBrokenAsync() => TestServer.StartAsync([], services => services.AddSingleton<IDatabaseStore, BrokenDatabases>());
}
