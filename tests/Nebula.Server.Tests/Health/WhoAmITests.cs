using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Health;

public sealed class WhoAmITests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task An_account_learns_its_id_and_that_it_is_bound_to_no_database()
    {
        var owner = await Nebula.SignUpAsync();

        var answer = (await owner.GetAsync("/api/v1/health")).ShouldBe(200);

        Assert.Equal(["userId", "dbId"], answer.Json.Names());
        Assert.Equal(owner.Id, answer.Text("userId"));
        Assert.Equal(JsonValueKind.Null, answer["dbId"].ValueKind);
    }

    [Fact]
    public async Task A_key_learns_that_it_is_one()
    {
        var owner = await Nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        var key = await owner.CreateApiKeyAsync("shop");

        var answer = (await key.GetAsync("/api/v1/health")).ShouldBe(200);

        Assert.Equal("""{"authenticated_by":"api_key","status":"ok"}""", answer.Body);
    }
}
