using System.Globalization;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

public sealed class HeaderTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task Every_answer_tells_browsers_that_it_is_data_and_hides_what_serves_it()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var tag = (await shop.Owner.GetAsync($"{Shop.Customers}/1")).Etag;

        foreach (var answer in new[]
        {
            await Nebula.Visitor.GetAsync("/ping"),
            await Nebula.Visitor.GetAsync("/openapi.json"),
            await shop.Owner.GetAsync("/api/v1/databases"),
            await shop.Owner.GetAsync($"{Shop.Customers}/1"),
            (await shop.Owner.GetAsync($"{Shop.Customers}/1", ("If-None-Match", tag))).ShouldBe(304),
            (await shop.Owner.PostAsync(Shop.Customers, new { name = "x" })).ShouldBe(201),
            (await shop.Owner.DeleteAsync($"{Shop.Customers}/2")).ShouldBe(204),
            (await shop.Owner.PostAsync(Shop.Customers, "{")).ShouldBe(400),
            (await Nebula.Visitor.GetAsync("/api/v1/databases")).ShouldBe(401),
            (await shop.Owner.GetAsync("/nothing")).ShouldBe(404),
            (await shop.Owner.PutAsync("/ping", null)).ShouldBe(405),
        })
        {
            Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
            Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Header("Content-Security-Policy"));
            Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
            Assert.NotNull(answer.Header("Cache-Control"));
            Assert.NotNull(answer.Header("X-Request-Id"));
            Assert.Null(answer.Header("Server"));
            Assert.Null(answer.Header("X-Powered-By"));
            Assert.Null(answer.Header("Set-Cookie"));
            Assert.Null(answer.Header("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task No_answer_with_a_body_is_in_chunks()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var path in new[] { "/health", "/ready", "/openapi.json", "/api/v1/databases", Shop.Customers, $"{Shop.Customers}/1", "/nothing" })
        {
            var answer = await shop.Owner.GetAsync(path);

            Assert.Null(answer.Header("Transfer-Encoding"));
            Assert.Equal(answer.Bytes.Length.ToString(CultureInfo.InvariantCulture), answer.Header("Content-Length"));
        }
    }

    [Fact]
    public async Task Without_rate_limits_no_answer_tells_of_them()
    {
        Assert.Null((await Nebula.Visitor.GetAsync("/api/v1/version")).Header("RateLimit-Limit"));
    }

    [Fact]
    public async Task Only_a_record_which_has_a_tag_may_be_kept_and_only_by_its_reader()
    {
        var shop = await Shop.OpenAsync(Nebula);

        Assert.Equal("no-cache, private", Cache(await shop.Owner.GetAsync($"{Shop.Customers}/1")));
        foreach (var path in new[] { Shop.Customers, $"{Shop.Customers}/9", "/api/v1/databases", "/api/v1/account/user/me", "/nothing" })
            Assert.Equal("no-store", Cache(await shop.Owner.GetAsync(path)));
        Assert.Equal("no-store", Cache(await shop.Owner.PostAsync("/api/v1/account/databases/shop/apikeys", new { name = "phone" })));
        Assert.Equal("no-store", Cache(await Nebula.Visitor.PostAsync("/auth/login", new { email = shop.Owner.Email, password = shop.Owner.Password })));
    }

    private static string Cache(Answer answer) => string.Join(", ", (answer.Header("Cache-Control") ?? "").Split(", ").Order());
}
