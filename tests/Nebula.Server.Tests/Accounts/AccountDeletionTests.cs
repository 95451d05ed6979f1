using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Accounts;

public sealed class AccountDeletionTests(SharedServer shared) : ServerTests(shared)
{
    private const string Account = "/api/v1/account";

    [Fact]
    public async Task Deleting_an_account_takes_its_databases_keys_and_tokens_with_it()
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.CreateDatabaseAsync("blog");
        Assert.Equal(!TestEngine.IsPostgres, Nebula.FilesOf(shop.Owner.Id).Contains("shop.db"));

        (await shop.Owner.DeleteAsync(Account, new { password = shop.Owner.Password })).ShouldBe(204);

        (await shop.Owner.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        (await shop.Key.GetAsync(Shop.Customers)).ShouldBe(401, "unauthenticated");
        (await Nebula.Visitor.PostAsync("/auth/login", new { email = shop.Owner.Email, password = shop.Owner.Password })).ShouldBe(401, "invalid_credentials");
        Assert.Empty(Nebula.FilesOf(shop.Owner.Id));
    }

    [Fact]
    public async Task The_address_is_free_afterwards_and_its_next_account_is_another_one()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        await owner.DeleteAsync(Account, new { password = owner.Password });

        (await Nebula.Visitor.PostAsync("/auth/signup", new { email = owner.Email, username = owner.Username, password = owner.Password })).ShouldBe(201);

        var next = await Nebula.LogInAsync(owner.Email, owner.Password);
        Assert.NotEqual(owner.Id, next.Id);
        Assert.Empty((await next.GetAsync("/api/v1/databases")).Json.List("databases"));
        (await owner.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task Others_do_not_notice()
    {
        var (leaving, staying) = (await Shop.OpenAsync(Nebula), await Shop.OpenAsync(Nebula));
        var before = await staying.DescribeAsync();

        await leaving.Owner.DeleteAsync(Account, new { password = leaving.Owner.Password });

        Assert.Equal(before, await staying.DescribeAsync());
        (await staying.Key.GetAsync(Shop.Customers)).ShouldBe(200);
    }

    [Fact]
    public async Task Without_the_password_nothing_goes()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var before = await shop.DescribeAsync();

        (await shop.Owner.DeleteAsync(Account, new { password = "not the password" })).ShouldBe(401, "invalid_credentials");
        (await shop.Owner.DeleteAsync(Account, new { })).ShouldBe(400, "invalid_body", ("password", "required"));
        (await shop.Owner.DeleteAsync(Account, new { password = shop.Owner.Password, keep = "databases" }))
            .ShouldBe(400, "invalid_body", ("keep", "unknown_attribute"));
        (await shop.Owner.DeleteAsync(Account, new { password = 1 })).ShouldBe(400, "invalid_body", ("password", "wrong_type"));
        (await shop.Owner.DeleteAsync(Account)).ShouldBe(400, "invalid_json");

        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task Nothing_is_left_of_an_account_that_goes_on_creating_while_it_is_deleted()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var creating = Task.WhenAll(Enumerable.Range(0, 20).Select(i => shop.Owner.PostAsync("/api/v1/databases", new { db_name = $"more_{i}" })));

        (await shop.Owner.DeleteAsync(Account, new { password = shop.Owner.Password })).ShouldBe(204);

        Assert.All(await creating, a => Assert.Contains(a.Status, new[] { 201, 401, 404 }));
        (await shop.Owner.GetAsync("/api/v1/databases")).ShouldBe(401, "unauthenticated");
        Assert.Empty(Nebula.FilesOf(shop.Owner.Id));
    }
}
