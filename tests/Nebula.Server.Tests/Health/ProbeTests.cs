using Microsoft.Extensions.DependencyInjection;
using Nebula.Api.Health;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage;

namespace Nebula.Server.Tests.Health;

public sealed class ProbeTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task Ping_answers_pong_as_text()
    {
        var answer = await Nebula.Visitor.GetAsync("/ping");

        Assert.Equal("pong", answer.ShouldBe(200).Body);
        Assert.Equal("text/plain", answer.MediaType);
    }

    [Fact]
    public async Task Health_says_that_the_process_lives()
    {
        var answer = await Nebula.Visitor.GetAsync("/health");

        Assert.Equal("""{"status":"ok"}""", answer.ShouldBe(200).Body);
        Assert.Equal("application/json", answer.MediaType);
    }

    [Fact]
    public async Task Ready_reports_the_metadata_and_counts_databases()
    {
        var answer = (await Nebula.Visitor.GetAsync("/ready")).ShouldBe(200);

        Assert.Equal(["status", "engine", "checks"], answer.Json.Names());
        Assert.Equal(Nebula.Services.GetRequiredService<IStorage>().Engine.Name, answer.Text("engine"));
        Assert.Equal(["metadata", "databases"], answer["checks"].Names());
        Assert.Equal("ok", answer["checks"].Text("metadata"));
        Assert.True(answer["checks"].GetProperty("databases").Number("open") >= 0);
    }

    [Fact]
    [SqliteOnly("a database has no file that could be damaged.")]
    public async Task A_damaged_database_makes_the_server_degraded_and_is_counted_not_named()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);
        await shop.Owner.CreateDatabaseAsync("blog");
        await shop.Owner.CreateTableAsync("blog", "posts", "title TEXT");
        await server.StopAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(server.DataDirectory, shop.Owner.Id), "shop.db*"))
            File.Delete(file);
        await server.StartAsync();

        var damaged = await shop.Owner.GetAsync(Shop.Customers);
        var ready = await server.Visitor.GetAsync("/ready");

        damaged.ShouldBe(503, "unavailable");
        Assert.NotNull(damaged.Header("Retry-After"));
        ready.ShouldBe(200);
        Assert.Equal("degraded", ready.Text("status"));
        Assert.Equal(1, ready["checks"].GetProperty("databases").Number("quarantined"));
        Assert.DoesNotContain("shop", ready.Body, StringComparison.Ordinal);
        (await shop.Owner.GetAsync("/api/v1/databases/blog/tables/posts/records")).ShouldBe(200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_the_metadata_the_server_is_not_ready_but_lives(bool throws)
    {
        await using var server = await TestServer.StartAsync([], services => services.AddSingleton<IServerStatus>(new BrokenStatus(throws)));

        var ready = await server.Visitor.GetAsync("/ready");

        ready.ShouldBe(503);
        Assert.Equal("unavailable", ready.Text("status"));
        Assert.Equal("failed", ready["checks"].Text("metadata"));
        (await server.Visitor.GetAsync("/health")).ShouldBe(200);
        (await server.Visitor.GetAsync("/ping")).ShouldBe(200);
    }

    [Theory]
    [InlineData(null, "ok", null)]
    [InlineData(true, "ok", "ok")]
    [InlineData(false, "degraded", "unavailable")]
    public async Task A_server_whose_histories_are_not_shipped_says_so_and_serves(bool? shipped, string status, string? word)
    {
        await using var server = await TestServer.StartAsync([], services => services.AddSingleton<IServerStatus>(new BrokenStatus(throws: false) { IsReady = true, AreHistoriesShipped = shipped }));

        var ready = await server.Visitor.GetAsync("/ready");

        ready.ShouldBe(200);
        Assert.Equal(status, ready.Text("status"));
        Assert.Equal(word, ready["checks"].TryGetProperty("point_in_time", out var found) ? found.GetString() : null);
    }

    [Theory]
    [InlineData(true, "ok", "ok")]
    [InlineData(false, "degraded", "failed")]
    public async Task A_server_whose_scheduled_backup_failed_says_so_and_when_the_last_good_one_was_made(bool areMade, string status, string state)
    {
        var backups = new BackupStanding(areMade, DateTimeOffset.UnixEpoch);
        await using var server = await TestServer.StartAsync([], services => services.AddSingleton<IServerStatus>(new BrokenStatus(throws: false) { IsReady = true, Backups = backups }));

        var ready = await server.Visitor.GetAsync("/ready");

        ready.ShouldBe(200);
        Assert.Equal(status, ready.Text("status"));
        var check = ready["checks"].GetProperty("backups");
        Assert.Equal(["state", "last_good_at"], check.Names());
        Assert.Equal((state, "1970-01-01T00:00:00.000Z"), (check.Text("state"), check.Text("last_good_at")));
    }

    [Fact]
    public async Task Backups_are_among_the_checks_where_there_is_a_schedule_and_only_there()
    {
        await using var with = await TestServer.StartAsync(new() { ["NEBULA_BACKUP_SCHEDULE"] = "0 3 * * *" });
        await using var without = await TestServer.StartAsync([]);

        Assert.Equal("ok", (await with.Visitor.GetAsync("/ready"))["checks"].GetProperty("backups").Text("state"));
        Assert.DoesNotContain("backups", (await without.Visitor.GetAsync("/ready"))["checks"].Names());
    }

    private sealed class BrokenStatus(bool throws) : IServerStatus
    {
        public bool IsReady { get; init; }

        public bool? AreHistoriesShipped { get; init; }

        public BackupStanding? Backups { get; init; }

        public (string Name, string Version) Engine => ("sqlite", "0");

        public int OpenDatabases => 0;

        public int QuarantinedDatabases => 0;

        public ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct) => throws ? throw new IOException("gone") : new(IsReady);
    }
}
