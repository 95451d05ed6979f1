using System.Text.Json.Nodes;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Rights;

public sealed class DatabaseRightTests(SharedServer shared) : ServerTests(shared)
{
    public static TheoryData<string> OfDatabases => ApiRoute.Where(r => r.NamesDatabase);

    public static TheoryData<string> OfDatabasesForKeys => ApiRoute.Where(r => r.NamesDatabase && !r.IsForAccounts);

    public static TheoryData<string> OfAccounts => ApiRoute.Where(r => r.IsForAccounts);

    [Theory]
    [MemberData(nameof(OfDatabases))]
    public async Task Another_accounts_database_is_the_same_404_as_one_that_does_not_exist(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var stranger = await Nebula.SignUpAsync();
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        var foreign = await stranger.SendAsync(route.Method, route.In(shop), route.Body);
        var missing = await stranger.SendAsync(route.Method, route.In(shop, database: "none"), route.Body);

        foreign.ShouldBe(404, "database_not_found");
        missing.ShouldBe(404, "database_not_found");
        Assert.Equal(WithoutNames(missing, "none"), WithoutNames(foreign, "shop"));
        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(OfDatabasesForKeys))]
    public async Task A_key_of_one_database_cannot_reach_another(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.CreateDatabaseAsync("blog");
        var key = await shop.Owner.CreateApiKeyAsync("blog");
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        var other = await key.SendAsync(route.Method, route.In(shop), route.Body);
        var missing = await key.SendAsync(route.Method, route.In(shop, database: "none"), route.Body);

        other.ShouldBe(403, "wrong_database");
        missing.ShouldBe(403, "wrong_database");
        Assert.Equal(WithoutNames(missing, "none"), WithoutNames(other, "shop"));
        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(OfDatabasesForKeys))]
    public async Task A_key_cannot_reach_another_accounts_database_of_the_same_name(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var stranger = await Nebula.SignUpAsync();
        await stranger.CreateDatabaseAsync("shop");
        var key = await stranger.CreateApiKeyAsync("shop");
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        await key.SendAsync(route.Method, route.In(shop), route.Body);

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Theory]
    [MemberData(nameof(OfAccounts))]
    public async Task A_key_with_every_scope_opens_no_route_of_accounts(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);
        var (route, before) = (ApiRoute.Of(name), await shop.DescribeAsync());

        var answer = await shop.Key.SendAsync(route.Method, route.In(shop), route.Body);

        answer.ShouldBe(403, "account_required");
        Assert.Equal(before, await shop.DescribeAsync());
    }

    private static string WithoutNames(Answer answer, string name)
    {
        var body = JsonNode.Parse(answer.Body)!.AsObject();
        body.Remove("request_id");
        return body.ToJsonString().Replace(name, "…", StringComparison.Ordinal);
    }
}
