using Microsoft.Extensions.DependencyInjection;
using Nebula.Core.Databases;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

public sealed class CorsTests : IAsyncLifetime
{
    private const string Page = "https://app.example.com";
    private TestServer? _server;

    private TestServer Nebula => _server ?? throw new InvalidOperationException("The server has not been started.");

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        new() { ["ALLOWED_ORIGINS"] = "https://APP.example.com:443 http://localhost:3000" },
        services => services.AddSingleton<IDatabaseStore, BrokenDatabases>());

    public ValueTask DisposeAsync() => Nebula.DisposeAsync();

    [Theory]
    [InlineData("https://app.example.com")]
    [InlineData("http://localhost:3000")]
    public async Task A_page_of_an_allowed_origin_may_read_answers_and_their_headers(string origin)
    {
        var answer = (await Nebula.Visitor.GetAsync("/health", ("Origin", origin))).ShouldBe(200);

        Assert.Equal(origin, answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal(
            ["ETag", "Idempotency-Replayed", "Location", "Preference-Applied", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "X-Request-Id"],
            answer.Header("Access-Control-Expose-Headers")!.Split(',', StringSplitOptions.TrimEntries).Order()); // asserted by its use
        Assert.Contains("Origin", answer.Header("Vary"), StringComparison.Ordinal);
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task It_may_read_errors_of_every_layer()
    {
        var owner = await Nebula.SignUpAsync();

        foreach (var answer in new[]
        {
            (await Nebula.Visitor.GetAsync("/api/v1/databases", ("Origin", Page))).ShouldBe(401, "unauthenticated"),
            (await owner.GetAsync("/nothing", ("Origin", Page))).ShouldBe(404, "not_found"),
            (await owner.DeleteAsync("/ping", null, ("Origin", Page))).ShouldBe(405, "method_not_allowed"),
            (await owner.PostAsync("/auth/login", "{", ("Origin", Page))).ShouldBe(400, "invalid_json"),
            (await owner.GetAsync("/api/v1/databases", ("Origin", Page))).ShouldBe(500, "internal"),
        })
        {
            Assert.Equal(Page, answer.Header("Access-Control-Allow-Origin"));
            Assert.Contains("X-Request-Id", answer.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://evil.example.com")]
    [InlineData("https://app.example.com.evil.com")]
    [InlineData("https://evil-app.example.com")]
    [InlineData("https://example.com")]
    [InlineData("http://app.example.com")]
    [InlineData("https://app.example.com:8443")]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:30000")]
    [InlineData("null")]
    [InlineData("*")]
    [InlineData("")]
    public async Task Any_other_page_may_not(string origin)
    {
        var read = await Nebula.Visitor.GetAsync("/health", ("Origin", origin));
        var preflight = await PreflightAsync(origin, "/api/v1/databases", "POST", "authorization");

        foreach (var answer in new[] { read, preflight })
        {
            Assert.Null(answer.Header("Access-Control-Allow-Origin"));
            Assert.Null(answer.Header("Access-Control-Allow-Headers"));
            Assert.Null(answer.Header("Access-Control-Allow-Methods"));
        }
    }

    [Theory]
    [InlineData("/api/v1/databases", "POST")]
    [InlineData("/api/v1/databases/shop/tables/customers/records/1", "PATCH")]
    [InlineData("/auth/login", "POST")]
    [InlineData("/nothing", "DELETE")]
    public async Task A_preflight_needs_no_credential_and_allows_the_method_and_the_headers_that_were_asked_for(string path, string method)
    {
        var answer = (await PreflightAsync(Page, path, method, "authorization, content-type, if-match, x-request-id")).ShouldBe(204);

        Assert.Equal(Page, answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal(method, answer.Header("Access-Control-Allow-Methods"));
        Assert.Equal("authorization,content-type,if-match,x-request-id",
            answer.Header("Access-Control-Allow-Headers")!.Replace(" ", "", StringComparison.Ordinal)); // asserted by its use
        Assert.Equal("600", answer.Header("Access-Control-Max-Age"));
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Without_an_origin_nothing_is_said_about_origins()
    {
        Assert.Null((await Nebula.Visitor.GetAsync("/health")).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Where_no_origin_is_allowed_a_preflight_is_a_method_that_no_path_takes()
    {
        await using var server = await TestServer.StartAsync([]);

        var answer = await server.Visitor.SendAsync("OPTIONS", "/api/v1/databases", null, ("Origin", Page), ("Access-Control-Request-Method", "POST"));

        answer.ShouldBe(405, "method_not_allowed");
        Assert.Null(answer.Header("Access-Control-Allow-Origin"));
    }

    private Task<Answer> PreflightAsync(string origin, string path, string method, string headers) => Nebula.Visitor.SendAsync(
        "OPTIONS", path, null, ("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers));
}
