using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Ids of keys and users of others (IDOR)": guessing or finding an id gives nothing.</summary>
public sealed class ForeignIdTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task The_key_of_another_account_cannot_be_changed_or_revoked_by_its_id()
    {
        var (mine, others) = (await Shop.OpenAsync(Nebula), await Shop.OpenAsync(Nebula));
        var path = $"/api/v1/account/databases/shop/apikeys/{others.Key.Id}";

        var foreign = (await mine.Owner.PatchAsync(path, new { name = "mine now" })).ShouldBe(404, "key_not_found");
        (await mine.Owner.DeleteAsync(path)).ShouldBe(404, "key_not_found");
        var missing = await mine.Owner.PatchAsync($"/api/v1/account/databases/shop/apikeys/{Guid.CreateVersion7()}", new { name = "mine now" });

        Assert.Equal(missing.Text("error"), foreign.Text("error"));
        (await others.Key.GetAsync(Shop.Customers)).ShouldBe(200);
    }

    [Fact]
    public async Task Nor_can_the_key_of_another_of_ones_databases_under_this_ones_path()
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.CreateDatabaseAsync("blog");
        var key = await shop.Owner.CreateApiKeyAsync("blog");

        (await shop.Owner.PatchAsync($"/api/v1/account/databases/shop/apikeys/{key.Id}", new { scopes = new[] { "records:read" } }))
            .ShouldBe(404, "key_not_found");
        (await shop.Owner.DeleteAsync($"/api/v1/account/databases/shop/apikeys/{key.Id}")).ShouldBe(404, "key_not_found");

        (await key.GetAsync("/api/v1/databases/blog/tables")).ShouldBe(200);
    }

    [Fact]
    public async Task A_key_cannot_be_bound_to_a_table_of_another_database()
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.CreateDatabaseAsync("blog");

        var answer = await shop.Owner.PostAsync("/api/v1/account/databases/blog/apikeys", new { name = "k", tables = new[] { "customers" } });

        answer.ShouldBe(400, "invalid_body", ("tables[0]", "invalid"));
    }

    [Fact]
    public async Task The_lists_of_others_show_nothing_of_it()
    {
        var (mine, others) = (await Shop.OpenAsync(Nebula), await Shop.OpenAsync(Nebula));

        foreach (var path in new[] { "/api/v1/databases", "/api/v1/account/databases/shop/apikeys", "/api/v1/databases/shop",
            "/api/v1/databases/shop/tables", Shop.Customers })
        {
            var body = (await mine.Owner.GetAsync(path)).ShouldBe(200).Body;
            Assert.DoesNotContain(others.Owner.Id, body, StringComparison.Ordinal);
            Assert.DoesNotContain(others.Key.Id, body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_database_is_not_reached_by_its_number_or_its_file()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var stranger = await Nebula.SignUpAsync();
        var number = (await shop.Owner.GetAsync("/api/v1/databases/shop")).Number("database_id");

        (await stranger.GetAsync($"/api/v1/databases/{number}")).ShouldBe(404, "database_not_found");
        (await stranger.GetAsync($"/api/v1/databases/{Uri.EscapeDataString($"{shop.Owner.Id}/shop.db")}")).ShouldBe(400, "invalid_name");
        (await Nebula.Visitor.GetAsync($"/{shop.Owner.Id}/shop.db")).ShouldBe(404, "not_found");
        (await Nebula.Visitor.GetAsync("/metadata.db")).ShouldBe(404, "not_found");
    }

    [Theory]
    [InlineData("/api/v1/databases/shop")]
    [InlineData("/api/v1/databases/shop/tables/customers/records/1")]
    [InlineData("/api/v1/account/databases/shop/apikeys")]
    public async Task What_belongs_to_another_account_is_refused_in_the_time_that_it_takes_when_nothing_is_there(string path)
    {
        const int MaxRounds = 1000;
        _ = await Shop.OpenAsync(Nebula);
        var stranger = await Nebula.SignUpAsync();

        // The best of each, taken by turns: what else the machine does makes a run longer, never shorter.
        var (foreign, missing) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < MaxRounds && (round < 100 || foreign / missing is < 0.67 or > 1.5); round++)
        {
            foreign = Min(foreign, await TimeAsync(stranger, path));
            missing = Min(missing, await TimeAsync(stranger, path.Replace("shop", "none", StringComparison.Ordinal)));
        }

        Assert.InRange(foreign / missing, 0.67, 1.5);

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

        static async Task<TimeSpan> TimeAsync(Owner stranger, string path)
        {
            var started = TimeProvider.System.GetTimestamp();
            (await stranger.GetAsync(path)).ShouldBe(404, "database_not_found");
            return TimeProvider.System.GetElapsedTime(started);
        }
    }
}
