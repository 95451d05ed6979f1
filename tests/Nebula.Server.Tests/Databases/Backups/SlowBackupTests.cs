using Microsoft.Extensions.DependencyInjection;
using Nebula.Core;
using Nebula.Core.Backups;
using Nebula.Server.Tests.About;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Databases.Backups;

public sealed class SlowBackupTests
{
    private const string Backups = "/api/v1/account/databases/shop/backups";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_takes_longer_is_looked_at_until_it_is_there()
    {
        var (server, slow) = await StartAsync();
        await using var _ = server;
        var shop = await Shop.OpenAsync(server);

        var begun = (await shop.Owner.PostAsync(Backups)).ShouldBe(202);

        var place = begun.Header("Location")!;
        Assert.Equal(($"{Backups}/{begun.Text("backup_id")}", "running"), (place, begun.Text("state")));
        Assert.Equal(begun.Body, (await shop.Owner.GetAsync(place)).ShouldBe(200).Body);
        Assert.Empty((await shop.Owner.GetAsync(Backups)).Json.List("backups"));
        Assert.NotNull((await shop.Owner.PostAsync(Backups)).ShouldBe(503, "busy").Header("Retry-After"));
        (await shop.Owner.PostAsync($"{place}/restore", new { db_name = "copy" })).ShouldBe(404, "backup_not_found");
        (await (await Shop.OpenAsync(server)).Owner.GetAsync(place)).ShouldBe(404, "backup_not_found");
        var schemas = new OpenApiSchemas((await server.Visitor.GetAsync("/openapi.json")).Json);
        schemas.Check(ApiRoute.Of("POST /api/v1/account/databases/{db}/backups"), begun);

        slow().Release();
        await UntilAsync(async () => (await shop.Owner.GetAsync(place)).ShouldBe(200).Text("state") == "complete");
        Assert.Equal(begun.Text("backup_id"), Assert.Single((await shop.Owner.GetAsync(Backups)).Json.List("backups")).Text("backup_id"));
        Assert.Equal(["backup.create"], (await shop.Owner.GetAsync("/api/v1/account/audit?limit=1")).Json.List("audit").Select(e => e.Text("action")));
        (await shop.Owner.DeleteAsync(place)).ShouldBe(204);
        (await shop.Owner.GetAsync(place)).ShouldBe(404, "backup_not_found");
    }

    [Fact]
    public async Task One_that_fails_says_why_without_naming_the_place_which_the_log_does()
    {
        var (server, slow) = await StartAsync();
        await using var _ = server;
        var shop = await Shop.OpenAsync(server);
        var place = (await shop.Owner.PostAsync(Backups)).ShouldBe(202).Header("Location")!;

        slow().Failure = new UnavailableException(new Error(ErrorCodes.Unavailable, "a secret place"));
        slow().Release();

        await UntilAsync(async () => (await shop.Owner.GetAsync(place)).Text("state") == "failed");
        var failed = (await shop.Owner.GetAsync(place)).ShouldBe(200);
        Assert.Equal("unavailable", failed["failure"].GetProperty("code").GetString());
        Assert.DoesNotContain("secret", failed.Body, StringComparison.Ordinal);
        await UntilAsync(() => Task.FromResult(server.Log.Lines.Any(line => line.Contains("a secret place", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_server_that_stops_breaks_it_off_and_leaves_nothing_of_it()
    {
        var (server, _) = await StartAsync();
        await using var _ = server;
        var shop = await Shop.OpenAsync(server);
        var place = (await shop.Owner.PostAsync(Backups)).ShouldBe(202).Header("Location")!;

        await server.RestartAsync();

        var failed = (await shop.Owner.GetAsync(place)).ShouldBe(200);
        Assert.Equal(("failed", "unavailable"), (failed.Text("state"), failed["failure"].GetProperty("code").GetString()));
        Assert.Empty((await shop.Owner.GetAsync(Backups)).Json.List("backups"));
    }

    [Fact]
    public async Task One_account_leaves_room_for_the_backups_of_others()
    {
        const int MostOfOne = 4;
        var (server, slow) = await StartAsync();
        await using var _ = server;
        var (busy, other) = (await Shop.OpenAsync(server), await Shop.OpenAsync(server));
        var places = Enumerable.Range(0, MostOfOne).Select(n => $"/api/v1/account/databases/more_{n}/backups").ToList();
        for (var n = 0; n < MostOfOne; n++)
            (await busy.Owner.PostAsync("/api/v1/databases", new { db_name = $"more_{n}" })).ShouldBe(201);

        var begun = await Task.WhenAll(places.Select(place => busy.Owner.PostAsync(place)));

        Assert.All(begun, answer => answer.ShouldBe(202));
        Assert.Contains("one account", (await busy.Owner.PostAsync(Backups)).ShouldBe(503, "busy").Body, StringComparison.Ordinal);
        var place = (await other.Owner.PostAsync(Backups)).ShouldBe(202).Header("Location")!;

        slow().Release();
        await UntilAsync(async () => (await other.Owner.GetAsync(place)).Text("state") == "complete");
        await UntilAsync(async () => (await busy.Owner.PostAsync(Backups)).Status != 503);
    }

    private static async Task<(TestServer Server, Func<SlowBackups> Backups)> StartAsync()
    {
        SlowBackups? slow = null;
        var server = await TestServer.StartAsync([], services =>
        {
            var own = services.Last(s => s.ServiceType == typeof(IBackupStores)).ImplementationFactory!; // made of the configuration
            services.AddSingleton<IBackupStores>(provider => slow = new SlowBackups((IBackupStores)own(provider)));
        });
        return (server, () => slow!); // made when it was first asked for
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
