using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.ApiKeys;

/// <summary>The one key per database that v0.2 clients know.</summary>
public sealed class DefaultKeyTests(SharedServer shared) : ServerTests(shared)
{
    private const string Key = "/api/v1/account/databases/shop/apikey";

    [Fact]
    public async Task A_database_has_no_key_until_one_is_made()
    {
        var owner = await OpenAsync();

        Assert.Equal("""{"exists":false,"prefix":"","key":""}""", (await owner.GetAsync(Key)).ShouldBe(200).Body);
    }

    [Fact]
    public async Task The_key_is_shown_once_and_masked_from_then_on()
    {
        var owner = await OpenAsync();

        var created = (await owner.PostAsync(Key)).ShouldBe(201);
        var read = (await owner.GetAsync(Key)).ShouldBe(200);

        Assert.Equal(["api_key", "message"], created.Json.Names());
        var text = created.Text("api_key");
        Assert.Matches("^neb_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$", text);
        Assert.Equal(["exists", "prefix", "key"], read.Json.Names());
        Assert.True(read.Json.Flag("exists"));
        Assert.Equal(text[4..12], read.Text("prefix"));
        Assert.Equal($"{text[..13]}…", read.Text("key"));
        Assert.DoesNotContain(text[13..], read.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_opens_its_database()
    {
        var owner = await OpenAsync();
        await owner.CreateTableAsync("shop", "customers", "name TEXT");
        var key = new Visitor(Nebula, $"ApiKey {(await owner.PostAsync(Key)).Text("api_key")}");

        (await key.PostAsync(Shop.Customers, new { name = "Ada" })).ShouldBe(201);
        (await key.DeleteAsync("/api/v1/databases/shop/tables/customers")).ShouldBe(204);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not looked at")]
    public async Task Making_it_needs_no_body(string body)
    {
        var owner = await OpenAsync();

        (await owner.PostAsync(Key, body)).ShouldBe(201);
    }

    [Fact]
    public async Task There_is_one_at_a_time()
    {
        var owner = await OpenAsync();
        var text = (await owner.PostAsync(Key)).ShouldBe(201).Text("api_key");

        (await owner.PostAsync(Key)).ShouldBe(409, "key_exists");

        (await new Visitor(Nebula, $"ApiKey {text}").GetAsync("/api/v1/health")).ShouldBe(200);
    }

    [Fact]
    public async Task Of_many_made_at_once_one_is_made()
    {
        var owner = await OpenAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => owner.PostAsync(Key)));

        Assert.Single(answers, a => a.Status == 201);
        Assert.All(answers.Where(a => a.Status != 201), a => a.ShouldBe(409, "key_exists"));
    }

    [Fact]
    public async Task A_deleted_key_is_refused_and_another_can_be_made()
    {
        var owner = await OpenAsync();
        var old = new Visitor(Nebula, $"ApiKey {(await owner.PostAsync(Key)).Text("api_key")}");
        (await old.GetAsync("/api/v1/health")).ShouldBe(200);

        (await owner.DeleteAsync(Key)).ShouldBe(204);

        (await old.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        (await owner.DeleteAsync(Key)).ShouldBe(404, "key_not_found");
        Assert.False((await owner.GetAsync(Key)).Json.Flag("exists"));
        (await owner.PostAsync(Key)).ShouldBe(201);
        (await old.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
    }

    [Fact]
    public async Task It_is_the_key_named_default_with_every_scope()
    {
        var owner = await OpenAsync();
        await owner.PostAsync(Key);

        var key = Assert.Single((await owner.GetAsync("/api/v1/account/databases/shop/apikeys")).Json.List("api_keys"));

        Assert.Equal("default", key.Text("name"));
        Assert.Equal(["records:read", "records:write", "schema:read", "schema:write"], key.List("scopes").Select(s => s.GetString()));
        (await owner.DeleteAsync($"/api/v1/account/databases/shop/apikeys/{key.Text("key_id")}")).ShouldBe(204);
        Assert.False((await owner.GetAsync(Key)).Json.Flag("exists"));
    }

    private async Task<Owner> OpenAsync()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        return owner;
    }
}
