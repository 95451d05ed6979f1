using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Rights;

public sealed class CredentialTests(SharedServer shared) : ServerTests(shared)
{
    public static TheoryData<string> Guarded => ApiRoute.Where(r => r.Who != ApiRoute.For.Anyone);

    public static TheoryData<string> Open => ApiRoute.Where(r => r.Who == ApiRoute.For.Anyone);

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task Without_a_credential_nothing_is_served_that_is_not_for_anyone(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        var answer = await Nebula.Visitor.SendAsync(route.Method, route.In(shop), route.Body);

        answer.ShouldBe(401, "unauthenticated");
        Assert.Equal("Bearer realm=\"nebula\", ApiKey realm=\"nebula\"", answer.Header("WWW-Authenticate"));
        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task A_bad_token_or_key_opens_no_route(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        foreach (var authorization in new[] { $"Bearer {Flip(shop.Owner.Token)}", $"ApiKey {Flip(shop.Key.Text)}" })
        {
            var answer = await new Visitor(Nebula, authorization).SendAsync(route.Method, route.In(shop), route.Body);

            answer.ShouldBe(401, "unauthenticated");
            Assert.Contains("ApiKey", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        }

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(Open))]
    public async Task An_anonymous_route_does_not_look_at_the_credential(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var route = ApiRoute.Of(name);
        var body = name switch
        {
            "POST /auth/signup" => new { email = Some.Email(), username = Some.Username(), password = Some.Password },
            "POST /auth/login" => new { email = shop.Owner.Email, password = Some.Password },
            _ => (object?)null,
        };

        var answer = await new Visitor(Nebula, "Bearer stale.old.token").SendAsync(route.Method, route.In(shop), body);

        Assert.InRange(answer.Status, 200, 299);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_of_a_token_has_no_case(string scheme)
    {
        var owner = await Nebula.SignUpAsync();

        (await new Visitor(Nebula, $"{scheme} {owner.Token}").GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Theory]
    [InlineData("apikey")]
    [InlineData("APIKEY")]
    [InlineData("Apikey")]
    public async Task The_scheme_of_a_key_has_no_case(string scheme)
    {
        var shop = await Shop.OpenAsync(Nebula);

        (await new Visitor(Nebula, $"{scheme} {shop.Key.Text}").GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("ApiKey")]
    [InlineData("ApiKey ")]
    [InlineData("Basic YWRhOnNlY3JldA==")]
    [InlineData("Digest username=ada")]
    [InlineData("null")]
    [InlineData("Bearer null")]
    [InlineData("Bearer undefined")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer a.b.c.d.e")]
    [InlineData("Bearer ....")]
    [InlineData("ApiKey neb_")]
    [InlineData("ApiKey neb_abcdefgh_")]
    [InlineData("ApiKey neb_abcdefgh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ApiKey %00")]
    public async Task What_is_no_credential_is_unauthenticated(string authorization)
    {
        (await new Visitor(Nebula, authorization).GetAsync("/api/v1/databases")).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task A_credential_longer_than_any_is_refused_unread()
    {
        (await new Visitor(Nebula, $"Bearer {new string('a', 9000)}").GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        (await new Visitor(Nebula, $"ApiKey {new string('a', 9000)}").GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_under_the_scheme_of_keys_is_no_key_and_a_key_no_token()
    {
        var shop = await Shop.OpenAsync(Nebula);

        (await new Visitor(Nebula, $"ApiKey {shop.Owner.Token}").GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        (await new Visitor(Nebula, $"Bearer {shop.Key.Text}").GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
    }

    /// <summary>Another character in the middle of the last part: the last character may hold bits that are not looked at.</summary>
    private static string Flip(string credential) =>
        string.Concat(credential.AsSpan(0, credential.Length - 10), credential[^10] == 'A' ? "B" : "A", credential.AsSpan(credential.Length - 9));
}
