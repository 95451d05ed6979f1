using Microsoft.Extensions.DependencyInjection;
using Nebula.Core.Databases.Files;
using Nebula.Server.Tests.About;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Databases;

public sealed class BranchTests
{
    private const string Branches = "/api/v1/databases/shop/branches";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_branch_that_is_soon_there_is_answered_with_201()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);

        // A disk that is busy with something else can be slow once.
        var made = await shop.Owner.PostAsync(Branches, new { db_name = "preview" });
        for (var i = 0; made.Status == 202 && i < 5; i++)
        {
            var place = made.Header("Location")!;
            await UntilAsync(async () => (await shop.Owner.GetAsync(place)).Text("state") == "done");
            (await shop.Owner.DeleteAsync("/api/v1/databases/preview")).ShouldBe(204);
            made = await shop.Owner.PostAsync(Branches, new { db_name = "preview" });
        }

        made.ShouldBe(201);

        Assert.Equal(("preview", "/api/v1/databases/preview"), (made.Text("db_name"), made.Header("Location")));
        Assert.Equal("Ada", (await shop.Owner.GetAsync("/api/v1/databases/preview/tables/customers/records/1")).ShouldBe(200).Text("name"));
        (await shop.Key.GetAsync("/api/v1/databases/preview/tables")).ShouldBe(403, "wrong_database");
        Assert.Equal(["database.branch"], (await shop.Owner.GetAsync("/api/v1/account/audit?limit=1")).Json.List("audit").Select(e => e.Text("action")));
    }

    [Fact]
    public async Task One_that_takes_longer_is_looked_at_until_it_is_there()
    {
        var (server, files) = await StartSlowAsync();
        await using var _ = server;
        var shop = await Shop.OpenAsync(server);

        var begun = (await shop.Owner.PostAsync(Branches, new { db_name = "preview" })).ShouldBe(202);

        Assert.Equal(["branch_id", "db_name", "state", "progress", "failure"], begun.Json.Names());
        Assert.Equal(("preview", "running"), (begun.Text("db_name"), begun.Text("state")));
        var place = begun.Header("Location")!;
        Assert.Equal($"{Branches}/{begun.Text("branch_id")}", place);
        Assert.Equal(("running", 0.25), ((await shop.Owner.GetAsync(place)).ShouldBe(200).Text("state"), (await shop.Owner.GetAsync(place))["progress"].GetDouble()));
        (await shop.Owner.GetAsync("/api/v1/databases/preview")).ShouldBe(404, "database_not_found");

        var busy = (await shop.Owner.PostAsync(Branches, new { db_name = "second" })).ShouldBe(503, "busy");
        Assert.NotNull(busy.Header("Retry-After"));
        var stranger = await server.SignUpAsync();
        await stranger.CreateDatabaseAsync("shop");
        (await stranger.GetAsync(place)).ShouldBe(404, "branch_not_found");
        (await shop.Owner.GetAsync($"{Branches}/none")).ShouldBe(404, "branch_not_found");
        var schemas = new OpenApiSchemas((await server.Visitor.GetAsync("/openapi.json")).Json);
        schemas.Check(ApiRoute.Of("POST /api/v1/databases/{db}/branches"), begun);
        schemas.Check(ApiRoute.Of("GET /api/v1/databases/{db}/branches/{branch_id}"), await shop.Owner.GetAsync(place));

        files().Release();
        await UntilAsync(async () => (await shop.Owner.GetAsync(place)).Text("state") == "done");
        (await shop.Owner.GetAsync("/api/v1/databases/preview/tables/customers/records/1")).ShouldBe(200);
    }

    [Fact]
    public async Task One_that_fails_says_so_and_not_why_if_that_is_the_servers_own_affair()
    {
        var (server, files) = await StartSlowAsync();
        await using var _ = server;
        var shop = await Shop.OpenAsync(server);
        var place = (await shop.Owner.PostAsync(Branches, new { db_name = "preview" })).ShouldBe(202).Header("Location")!;

        files().Failure = new InvalidOperationException("a secret of the server");
        files().Release();

        await UntilAsync(async () => (await shop.Owner.GetAsync(place)).Text("state") == "failed");
        var failed = await shop.Owner.GetAsync(place);
        Assert.Equal("internal", failed["failure"].GetProperty("code").GetString());
        Assert.DoesNotContain("secret", failed.Body, StringComparison.Ordinal);
        (await shop.Owner.GetAsync("/api/v1/databases/preview")).ShouldBe(404, "database_not_found");
    }

    [Fact]
    public async Task A_server_that_stops_breaks_it_off()
    {
        var (server, _) = await StartSlowAsync();
        await using var _ = server;
        var shop = await Shop.OpenAsync(server);
        var place = (await shop.Owner.PostAsync(Branches, new { db_name = "preview" })).ShouldBe(202).Header("Location")!;

        await server.StopAsync();
        await server.StartAsync();

        var failed = (await shop.Owner.GetAsync(place)).ShouldBe(200);
        Assert.Equal(("failed", "unavailable"), (failed.Text("state"), failed["failure"].GetProperty("code").GetString()));
        (await shop.Owner.GetAsync("/api/v1/databases/preview")).ShouldBe(404, "database_not_found");
    }

    [Fact]
    public async Task Only_the_owner_may_branch_and_a_name_must_be_one_that_is_free()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);

        (await shop.Key.PostAsync(Branches, new { db_name = "preview" })).ShouldBe(403, "account_required");
        (await shop.Owner.PostAsync(Branches, new { db_name = "SHOP" })).ShouldBe(409, "database_exists");
        (await shop.Owner.PostAsync(Branches, new { db_name = "../x" })).ShouldBe(400, "invalid_name");
        (await shop.Owner.PostAsync(Branches, new { name = "preview" })).ShouldBe(400, "invalid_body");
        (await (await server.SignUpAsync()).PostAsync(Branches, new { db_name = "preview" })).ShouldBe(404, "database_not_found");
    }

    private static async Task<(TestServer Server, Func<SlowCopies> Files)> StartSlowAsync()
    {
        SlowCopies? files = null;
        var server = await TestServer.StartAsync([], services =>
        {
            var own = (IDatabaseFileStore)services.Last(s => s.ServiceType == typeof(IDatabaseFileStore)).ImplementationInstance!; // the storage's
            services.AddSingleton<IDatabaseFileStore>(files = new SlowCopies(own));
        });
        return (server, () => files!); // made when the server started
    }

    private static async Task UntilAsync(Func<Task<bool>> isReached)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isReached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), "It never comes.");
            await Task.Delay(50, Ct);
        }
    }
}
