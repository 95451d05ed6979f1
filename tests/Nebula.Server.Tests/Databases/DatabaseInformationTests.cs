using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Databases;

public sealed class DatabaseInformationTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task A_database_that_was_never_used_is_registered_and_takes_no_room()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");

        var answer = (await owner.GetAsync("/api/v1/databases/shop")).ShouldBe(200);

        Assert.Equal(["database_id", "db_name", "engine", "bytes", "tables", "state", "created_at", "updated_at"], answer.Json.Names());
        Assert.Equal(("shop", TestEngine.Name, "registered"), (answer.Text("db_name"), answer.Text("engine"), answer.Text("state")));
        Assert.Equal((0, 0), (answer.Number("bytes"), answer.Number("tables")));
        Assert.True(answer.Number("database_id") > 0);
        answer["created_at"].ShouldBeTime();
        answer["updated_at"].ShouldBeTime();
    }

    [Fact]
    public async Task One_that_was_used_is_created_and_tells_its_size_and_tables()
    {
        var shop = await Shop.OpenAsync(Nebula);

        foreach (var visitor in new Visitor[] { shop.Owner, shop.Key })
        {
            var answer = (await visitor.GetAsync("/api/v1/databases/Shop")).ShouldBe(200);

            Assert.Equal(("shop", "created", 2), (answer.Text("db_name"), answer.Text("state"), answer.Number("tables")));
            Assert.True(answer.Number("bytes") > 0);
        }
    }

    [Fact]
    public async Task Dropping_a_table_is_counted()
    {
        var shop = await Shop.OpenAsync(Nebula);

        (await shop.Owner.DeleteAsync("/api/v1/databases/shop/tables/suppliers")).ShouldBe(204);

        Assert.Equal(1, (await shop.Owner.GetAsync("/api/v1/databases/shop")).Number("tables"));
    }
}
