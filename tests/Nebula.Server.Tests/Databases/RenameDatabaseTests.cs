using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Databases;

public sealed class RenameDatabaseTests(SharedServer shared) : ServerTests(shared)
{
    private const string Path = "/api/v1/databases/shop";

    [Fact]
    public async Task A_renamed_database_has_its_records_its_id_and_its_keys_under_the_new_name()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var id = (await shop.Owner.GetAsync(Path)).Number("database_id");

        var renamed = (await shop.Owner.PatchAsync(Path, new { db_name = "Store" })).ShouldBe(200);

        Assert.Equal(["database_id", "db_name", "engine", "bytes", "tables", "state", "created_at", "updated_at"], renamed.Json.Names());
        Assert.Equal((id, "Store", 2), (renamed.Number("database_id"), renamed.Text("db_name"), renamed.Number("tables")));
        foreach (var visitor in new Visitor[] { shop.Owner, shop.Key })
            Assert.Equal("Ada", (await visitor.GetAsync("/api/v1/databases/store/tables/customers/records/1")).ShouldBe(200).Text("name"));
        (await shop.Owner.GetAsync(Path)).ShouldBe(404, "database_not_found");
        (await shop.Key.GetAsync(Path)).ShouldBe(403, "wrong_database");
        await shop.Owner.CreateDatabaseAsync("shop");
        Assert.Empty((await shop.Owner.GetAsync($"{Path}/tables")).Json.List("tables"));
    }

    [Fact]
    public async Task One_that_was_never_used_can_be_renamed_too()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");

        (await owner.PatchAsync(Path, new { db_name = "store" })).ShouldBe(200);

        await owner.CreateTableAsync("store", "customers", "name TEXT");
        (await owner.GetAsync(Path)).ShouldBe(404, "database_not_found");
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("SHOP")]
    public async Task Its_own_name_in_any_case_is_not_taken(string name)
    {
        var shop = await Shop.OpenAsync(Nebula);

        var renamed = (await shop.Owner.PatchAsync(Path, new { db_name = name })).ShouldBe(200);

        Assert.Equal(name, renamed.Text("db_name"));
        Assert.Equal("Ada", (await shop.Key.GetAsync($"{Shop.Customers}/1")).ShouldBe(200).Text("name"));
    }

    [Fact]
    public async Task The_name_of_another_database_is_refused_in_any_case()
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.CreateDatabaseAsync("blog");

        (await shop.Owner.PatchAsync(Path, new { db_name = "BLOG" })).ShouldBe(409, "database_exists");

        (await shop.Owner.GetAsync(Shop.Customers)).ShouldBe(200);
    }

    [Theory]
    [InlineData("""{}""", "required")]
    [InlineData("""{"db_name": null}""", "required")]
    [InlineData("""{"db_name": ""}""", "required")]
    [InlineData("""{"db_name": "../x"}""", "invalid")]
    [InlineData("""{"db_name": "sqlite_x"}""", "reserved")]
    public async Task A_name_that_is_none_is_refused(string body, string code)
    {
        var shop = await Shop.OpenAsync(Nebula);

        (await shop.Owner.PatchAsync(Path, body)).ShouldBe(400, "invalid_name", ("db_name", code));
    }

    [Fact]
    public async Task Renaming_while_records_are_written_loses_none()
    {
        var shop = await Shop.OpenAsync(Nebula);
        var renaming = Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                (await shop.Owner.PatchAsync($"/api/v1/databases/{(i % 2 == 0 ? "shop" : "store")}", new { db_name = i % 2 == 0 ? "store" : "shop" }))
                    .ShouldBe(200);
        }, Ct);

        var added = 0;
        while (!renaming.IsCompleted)
        {
            foreach (var name in new[] { "shop", "store" })
            {
                var answer = await shop.Owner.PostAsync($"/api/v1/databases/{name}/tables/customers/records", new { name = "Grace" });
                Assert.Contains(answer.Status, new[] { 201, 404 });
                added += answer.Status == 201 ? 1 : 0;
            }
        }

        await renaming;
        Assert.Equal(added, (await shop.Owner.GetAsync($"{Shop.Customers}?name=Grace"))["pagination"].Number("total"));
    }
}
