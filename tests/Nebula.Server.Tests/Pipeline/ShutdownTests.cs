using System.Collections.Concurrent;
using System.Text.Json;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Pipeline;

public sealed class ShutdownTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_write_that_was_acknowledged_before_a_stop_under_load_is_there_after_it()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);
        var acknowledged = new ConcurrentBag<(long Id, string Name)>();
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; ; i++)
                {
                    try
                    {
                        var answer = await shop.Owner.PostAsync(Shop.Customers, new { name = $"{writer}-{i}" });
                        if (answer.Status != 201)
                        {
                            Assert.Equal(503, answer.Status);
                            return;
                        }

                        acknowledged.Add((answer.Number("record_id"), $"{writer}-{i}"));
                    }
                    catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
                    {
                        return; // nobody listens any more
                    }
                }
            },
            Ct)).ToArray();
        while (acknowledged.Count < 200)
            await Task.Delay(10, Ct);

        await server.StopAsync();
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await server.StartAsync();

        var found = new Dictionary<long, string>();
        for (var offset = 0; await PageAsync(shop, offset) is { Count: > 0 } page; offset += page.Count)
        {
            foreach (var record in page)
                found.Add(record.Number("id"), record.Text("name"));
        }

        Assert.All(acknowledged, a => Assert.Equal(a.Name, found[a.Id]));
    }

    [Fact]
    public async Task A_request_that_is_under_way_is_finished_and_no_new_one_is_taken()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);
        const string Body = """{"name": "Grace"}""";
        using var connection = await server.ConnectAsync();
        await connection.SendAsync(RawConnection.Head("POST", Shop.Customers, shop.Owner, $"Content-Length: {Body.Length}", "Expect: 100-continue"));
        await connection.ReadUntilAsync("100 Continue"); // the server waits for the body
        await connection.SendAsync(Body[..5]);

        var address = server.Address;
        var stopping = server.StopAsync();
        await RefusesAsync(address);
        Assert.False(stopping.IsCompleted);
        await connection.SendAsync(Body[5..]);
        var answer = await connection.ReadToEndAsync();
        await stopping;

        Assert.Contains("HTTP/1.1 201 ", answer, StringComparison.Ordinal);
        await server.StartAsync();
        Assert.Equal("Grace", (await shop.Owner.GetAsync($"{Shop.Customers}/2")).Text("name"));
    }

    [Fact]
    [SqliteOnly("the files are its own.")]
    public async Task A_stop_copies_everything_into_the_databases_own_files()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);

        await server.StopAsync();

        var files = Directory.GetFiles(server.DataDirectory, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(server.DataDirectory, f)).ToList();
        Assert.Contains(Path.Combine(shop.Owner.Id, "shop.db"), files);
        Assert.DoesNotContain(files, f => f.EndsWith("-wal", StringComparison.Ordinal) || f.EndsWith("-shm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Data_tokens_keys_and_totals_outlive_a_restart()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);
        var bound = await shop.Owner.CreateApiKeyAsync("shop", new { name = "bound", scopes = new[] { "records:read" }, tables = new[] { "customers" } });
        var (before, tag) = (await shop.DescribeAsync(), (await shop.Owner.GetAsync($"{Shop.Customers}/1")).Etag);

        await server.RestartAsync();

        Assert.Equal(before, await shop.DescribeAsync());
        Assert.Equal(tag, (await shop.Key.GetAsync($"{Shop.Customers}/1")).Etag);
        (await bound.PostAsync(Shop.Customers, new { name = "x" })).ShouldBe(403, "scope_missing");
        (await bound.GetAsync("/api/v1/databases/shop/tables/suppliers/records")).ShouldBe(403, "forbidden");
        Assert.Equal(2, await shop.Owner.AddAsync(Shop.Customers, new { name = "Grace" }));
        await server.LogInAsync(shop.Owner.Email, shop.Owner.Password);
    }

    [Fact]
    [SqliteOnly("a secret must be configured, which all replicas share.")]
    public async Task Without_a_configured_secret_tokens_outlive_a_restart_too()
    {
        await using var server = await TestServer.StartAsync(new() { ["JWT_SECRET"] = "" });
        var owner = await server.SignUpAsync();

        await server.RestartAsync();

        (await owner.GetAsync("/api/v1/health")).ShouldBe(200);
        Assert.True(File.Exists(Path.Combine(server.DataDirectory, "jwt-secret")));
    }

    [Fact]
    public async Task Another_secret_ends_every_session()
    {
        var variables = new Dictionary<string, string>();
        await using var server = await TestServer.StartAsync(variables);
        var shop = await Shop.OpenAsync(server);
        variables["JWT_SECRET"] = "another-Secret-0f-thirty-2-bytes-or-more";

        await server.RestartAsync();

        (await shop.Owner.GetAsync("/api/v1/health")).ShouldBe(401, "unauthenticated");
        (await shop.Key.GetAsync("/api/v1/health")).ShouldBe(200);
        await server.LogInAsync(shop.Owner.Email, shop.Owner.Password);
    }

    private static async Task<List<JsonElement>> PageAsync(Shop shop, int offset) =>
        [.. (await shop.Owner.GetAsync($"{Shop.Customers}?limit=1000&offset={offset}")).Json.List("records")];

    private static async Task RefusesAsync(Uri address)
    {
        while (true)
        {
            try
            {
                using var connection = await RawConnection.OpenAsync(address, Ct);
            }
            catch (System.Net.Sockets.SocketException)
            {
                return;
            }

            await Task.Delay(10, Ct);
        }
    }
}
