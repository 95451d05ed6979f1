using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>"Traversal in database, table, backup and import names": no path leads out of where it belongs, in whatever way it is written.</summary>
public sealed class PathTraversalTests
{
    private static readonly string[] _escapes =
    [
        "..", "../..", "..%2f", "..%2F..%2Fmetadata", "%2e%2e", "%2e%2e/", "%2e%2e%2f%2e%2e", "%252e%252e%252f", "..%5c", "..\\", "....//", "..;/",
        "%c0%ae%c0%ae/", "%uff0e%uff0e", ".%00./",
        "/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "shop.db", "shop%2edb", "shop%00", "shop%20", "shop.", "./shop", "%2e/shop", "shop/",
        "shop%2f", "C:%5cwindows", "~root", "$HOME", "`id`", "|id",
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_outside_of_the_api_is_reached_by_a_path()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);
        var (files, before) = (Files(server), await shop.DescribeAsync());

        foreach (var escape in _escapes)
        {
            foreach (var path in new[] { $"/{escape}", $"/api/v1/databases/{escape}", $"/api/v1/databases/{escape}/tables",
                $"/api/v1/databases/shop/tables/{escape}/schema", $"{Shop.Customers}/{escape}", $"/api/v1/user/{escape}" })
            {
                foreach (var method in IsTidied(escape) ? ["GET"] : new[] { "GET", "DELETE" })
                {
                    // A bare connection: an HTTP client would tidy up the path.
                    using var connection = await server.ConnectAsync();
                    await connection.SendAsync(RawConnection.Head(method, path, shop.Owner, "Connection: close"));
                    var answer = await connection.ReadToEndAsync();

                    Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
                    Assert.DoesNotContain("SQLite format", answer, StringComparison.Ordinal);
                    Assert.Matches("^HTTP/1.1 (200|400|404|405) ", answer);
                    if (method == "DELETE")
                        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
                }
            }
        }

        Assert.Equal(files, Files(server));
        Assert.Equal(before, await shop.DescribeAsync());
    }

    [Fact]
    public async Task No_name_makes_a_file_elsewhere()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);
        var (files, above) = (Files(server), Beside(server));

        foreach (var escape in _escapes.SelectMany(e => new[] { e, Uri.UnescapeDataString(e) }).Append("../../../../tmp/nebula_escape").Append("metadata.db"))
        {
            (await shop.Owner.PostAsync("/api/v1/databases", new { db_name = escape })).ShouldBe(400, "invalid_name");
            (await shop.Owner.PatchAsync("/api/v1/databases/shop", new { db_name = escape })).ShouldBe(400, "invalid_name");
        }

        Assert.Equal(files, Files(server));
        Assert.Equal(above, Beside(server));
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("jwt_secret")]
    [InlineData("nebula")]
    [InlineData("con")]
    [InlineData("shop_db")]
    public async Task A_database_named_as_a_file_of_Nebula_is_one_of_its_own(string name)
    {
        await using var server = await TestServer.StartAsync([]);
        var owner = await server.SignUpAsync();

        await owner.CreateDatabaseAsync(name);
        await owner.CreateTableAsync(name, "things", "title TEXT");

        Assert.Equal(!TestEngine.IsPostgres, server.FilesOf(owner.Id).Contains($"{name}.db"));
        (await owner.DeleteAsync($"/api/v1/databases/{name}")).ShouldBe(204);
        (await server.Visitor.GetAsync("/ready")).ShouldBe(200);
        await server.LogInAsync(owner.Email, owner.Password);
    }

    [Fact]
    [SqliteOnly("no database is opened by a path.")]
    public async Task A_link_in_the_data_directory_is_not_followed_out_of_it()
    {
        await using var server = await TestServer.StartAsync([]);
        var shop = await Shop.OpenAsync(server);
        await server.StopAsync();
        var file = Path.Combine(server.DataDirectory, shop.Owner.Id, "shop.db");
        var elsewhere = Directory.CreateTempSubdirectory("nebula-elsewhere-");
        try
        {
            var target = Path.Combine(elsewhere.FullName, "target.db");
            File.Move(file, target);
            File.CreateSymbolicLink(file, target);
            var content = await File.ReadAllBytesAsync(target, Ct);
            await server.StartAsync();

            (await shop.Owner.PostAsync(Shop.Customers, new { name = "Grace" })).ShouldBe(503, "unavailable");
            (await shop.Owner.GetAsync(Shop.Customers)).ShouldBe(503, "unavailable");

            await server.StopAsync();
            Assert.Equal(content, await File.ReadAllBytesAsync(target, Ct));
            Assert.Equal(["target.db"], elsewhere.GetFiles().Select(f => f.Name));
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    // The web server takes dots out of a path, as every one does; what is left may be something of the owner's own, which it may delete.
    private static bool IsTidied(string escape) => escape.EndsWith('/') || escape.Split('/').Any(part => Uri.UnescapeDataString(part) is "." or "..");

    private static IReadOnlyList<string> Files(TestServer server) =>
        [.. Directory.GetFileSystemEntries(server.DataDirectory, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith("-shm", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    // Other tests have their directories beside this one.
    private static IReadOnlyList<string> Beside(TestServer server) =>
        [.. Directory.GetFiles(Path.GetDirectoryName(server.DataDirectory) ?? "/")
            .Where(f => f.Contains("escape", StringComparison.Ordinal) || f.EndsWith(".db", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
