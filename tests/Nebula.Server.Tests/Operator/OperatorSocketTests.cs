using System.Net;
using System.Net.Sockets;
using Nebula.Server.Operator;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage.Tests.Postgres;

namespace Nebula.Server.Tests.Operator;

public sealed class OperatorSocketTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_server_is_reached_by_the_socket_in_its_data_directory()
    {
        await using var server = await TestServer.StartAsync([]);

        using var client = await OperatorClient.FindAsync(server.DataDirectory, Ct);

        Assert.NotNull(client);
        var view = await client.DescribeAsync(Ct);
        Assert.Equal(Environment.ProcessId, view.ProcessId);
        Assert.Equal(TestEngine.Name, view.Engine.Name);
    }

    [Fact]
    public async Task Nobody_but_the_owner_may_use_the_socket()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        await using var server = await TestServer.StartAsync([]);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(OperatorSocket.PathIn(server.DataDirectory)));
    }

    [Theory]
    [InlineData("/server")]
    [InlineData("/operator")]
    public async Task The_routes_of_the_operator_are_nowhere_in_the_API(string path)
    {
        await using var server = await TestServer.StartAsync([]);
        var owner = await server.SignUpAsync();

        (await server.Visitor.GetAsync(path)).ShouldBe(404);
        (await owner.GetAsync(path)).ShouldBe(404);
    }

    [Fact]
    public async Task The_routes_of_the_API_are_not_on_the_socket()
    {
        await using var server = await TestServer.StartAsync([]);

        var (status, body) = await GetAsync(server.DataDirectory, "/api/v1/version");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("\"code\":\"not_found\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_goes_when_the_server_stops()
    {
        await using var server = await TestServer.StartAsync([]);

        await server.StopAsync();

        Assert.False(File.Exists(OperatorSocket.PathIn(server.DataDirectory)));
        Assert.Null(await OperatorClient.FindAsync(server.DataDirectory, Ct));
    }

    [Fact]
    public async Task What_a_killed_server_left_is_replaced()
    {
        await using var server = await TestServer.StartAsync([]);
        await server.StopAsync();
        var path = OperatorSocket.PathIn(server.DataDirectory);
        File.WriteAllText(path, "");
        Assert.Null(await OperatorClient.FindAsync(server.DataDirectory, Ct));

        await server.StartAsync();

        using var client = await OperatorClient.FindAsync(server.DataDirectory, Ct);
        Assert.NotNull(client);
    }

    [Fact]
    public async Task A_second_server_in_the_same_directory_leaves_the_socket_of_the_first_alone_and_says_so()
    {
        await using var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(); // With SQLite a directory has one server.
        var variables = new Dictionary<string, string> { ["NEBULA_STORAGE"] = "postgres", ["DATABASE_URL"] = database.Url };
        await using var first = await TestServer.StartAsync(variables);
        await using (var second = await TestServer.StartAsync(new(variables) { ["DATABASE_DIRECTORY"] = first.DataDirectory }))
        {
            (await second.Visitor.GetAsync("/ready")).ShouldBe(200);
            await second.Log.ShouldSayAsync("another server listens on", Ct);
            using var client = await OperatorClient.FindAsync(first.DataDirectory, Ct);
            Assert.NotNull(client);
        }

        using var still = await OperatorClient.FindAsync(first.DataDirectory, Ct);
        Assert.NotNull(still);
        Assert.DoesNotContain(first.Log.Lines, line => line.Contains("another server listens on", StringComparison.Ordinal));
    }

    [Fact]
    public void A_socket_that_somebody_listens_on_is_never_taken_away()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no socket for the operator.");
        var directory = Directory.CreateTempSubdirectory("n-");
        try
        {
            var endpoint = new UnixDomainSocketEndPoint(OperatorSocket.PathIn(directory.FullName));
            using var first = OperatorSocket.Bind(endpoint);
            first.Listen();

            Assert.Throws<IOException>(() => OperatorSocket.Bind(endpoint));

            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(endpoint);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_data_directory_with_too_long_a_path_is_served_all_the_same_and_the_log_says_what_is_missing()
    {
        var directory = Directory.CreateTempSubdirectory("nebula-long-").FullName;
        try
        {
            var deep = Directory.CreateDirectory(Path.Combine(directory, new string('d', OperatorSocket.MaxPathBytes))).FullName;
            await using var server = await TestServer.StartAsync(new() { ["DATABASE_DIRECTORY"] = deep });

            (await server.Visitor.GetAsync("/ready")).ShouldBe(200);
            Assert.Null(await OperatorClient.FindAsync(deep, Ct));
            await server.Log.ShouldSayAsync("may be a symbolic link", Ct);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task The_longest_path_that_the_system_takes_works()
    {
        var directory = Directory.CreateTempSubdirectory("n-").FullName;
        try
        {
            var deep = Directory.CreateDirectory(Path.Combine(directory, new string('d', OperatorSocket.MaxPathBytes - directory.Length - OperatorSocket.FileName.Length - 2))).FullName;
            await using var server = await TestServer.StartAsync(new() { ["DATABASE_DIRECTORY"] = deep });

            Assert.Equal(OperatorSocket.MaxPathBytes, OperatorSocket.PathIn(deep).Length);
            using var client = await OperatorClient.FindAsync(deep, Ct);
            Assert.NotNull(client);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(string dataDirectory, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(OperatorSocket.PathIn(dataDirectory)), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var response = await http.GetAsync(new Uri("http://operator" + path), Ct);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Ct));
    }
}
