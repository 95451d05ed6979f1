using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults;

/// <summary>Moves of a database between its file and a PostgreSQL, by the command, under load, and with processes killed at any moment.</summary>
[Collection<FaultCollection>]
public sealed class MoveTests : IAsyncLifetime
{
    private const int Cycles = 10;
    private const string Database = "owner@example.com/shop";

    private readonly Workspace _workspace = new();
    private PostgresDatabase? _server;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ServerStart Start => _workspace.Start(("NEBULA_PLACEMENT_TWO", _server!.Url)); // made before each test

    [Fact]
    public async Task A_running_server_moves_a_database_for_the_command_and_the_command_alone_moves_it_back()
    {
        Client client;
        await using (var server = await ServerProcess.StartAsync(Start, Ct))
        {
            client = await FillAsync(server, 300);

            var (code, output, errors) = await MoveAsync("two");

            Assert.True(code == 0, errors);
            Assert.Matches(@"^Moved to two: 1 tables with 300 records, verified\. Writes waited \d+ ms\.\s*$", output);
            Assert.Contains("verifying", errors, StringComparison.Ordinal);
            Assert.False(File.Exists(_workspace.FileOf(client.Account, "shop")));
            (await client.InsertAsync("shop", "after", Ct)).ShouldBe(HttpStatusCode.Created);
            Assert.Equal(0, await server.StopAsync());
        }

        var (alone, told, faults) = await MoveAsync("sqlite");

        Assert.True(alone == 0, faults);
        Assert.Contains("301 records, verified", told, StringComparison.Ordinal);
        await using var again = await ServerProcess.StartAsync(Start, Ct);
        using var returning = client.At(again.Address);
        client.Dispose();
        Assert.Equal(301, (await TokensAsync(returning)).Count);
    }

    [Theory]
    [InlineData(2, "'--to' is missing", Database)]
    [InlineData(2, "is missing", "--to", "two")]
    [InlineData(2, "there is no option '--form'", Database, "--to", "two", "--form", "x")]
    [InlineData(2, "There is no placement 'three' here. There are: sqlite, two.", Database, "--to", "three")]
    [InlineData(1, "The account has no database 'other'", "owner@example.com/other", "--to", "two")]
    [InlineData(1, "There is no account 'nobody@example.com'", "nobody@example.com/shop", "--to", "two")]
    [InlineData(1, "The database is in 'sqlite' already", Database, "--to", "sqlite")]
    public async Task What_is_wrong_with_a_command_is_said(int code, string message, params string[] arguments)
    {
        await using var server = await ServerProcess.StartAsync(Start, Ct);
        (await FillAsync(server, 1)).Dispose();

        var (exit, output, errors) = await ServerProcess.RunAsync(Start, ["move", .. arguments], Ct);

        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Equal(code, exit);
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_server_without_the_placement_says_that_the_database_is_elsewhere()
    {
        Client client;
        await using (var server = await ServerProcess.StartAsync(Start, Ct))
        {
            client = await FillAsync(server, 5);
            Assert.Equal(0, (await MoveAsync("two")).ExitCode);
        }

        await using var without = await ServerProcess.StartAsync(_workspace.Start(), Ct);
        using var asking = client.At(without.Address);
        client.Dispose();

        var answer = await asking.GetAsync(Client.RecordsOf("shop", "notes"), Ct);

        answer.ShouldBe(HttpStatusCode.ServiceUnavailable, "placed_elsewhere");
        Assert.NotNull(answer.RetryAfter);
    }

    [Fact]
    public async Task Under_load_and_killed_at_any_moment_nothing_acknowledged_is_lost_and_one_copy_serves()
    {
        var seed = Seed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var ledger = new ConcurrentDictionary<string, byte>();
        var server = await ServerProcess.StartAsync(Start, Ct);
        var client = await FillAsync(server, 2000);
        try
        {
            var completed = 0;
            for (var cycle = 0; cycle < Cycles; cycle++)
            {
                var at = client.At(server.Address);
                using var over = new CancellationTokenSource();
                var writers = Enumerable.Range(0, 4).Select(w => Task.Run(() => WriteAsync(at, $"{cycle}-{w}", ledger, over.Token), Ct)).ToList();
                await Task.Delay(50, Ct);
                var isThere = !File.Exists(_workspace.FileOf(client.Account, "shop"));
                var moving = MoveAsync(isThere ? "sqlite" : "two");
                if (cycle % 3 != 2)
                    await server.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(100, 2500)), Ct);
                else
                    completed += (await moving).ExitCode == 0 ? 1 : 0;
                await moving;
                await over.CancelAsync();
                await Task.WhenAll(writers);
                at.Dispose();
                if (cycle % 3 != 2)
                {
                    await server.DisposeAsync();
                    server = await ServerProcess.StartAsync(Start, Ct);
                    Assert.InRange(server.ReadyAfter, TimeSpan.Zero, TimeSpan.FromSeconds(15));
                }

                using var looking = client.At(server.Address);
                var stored = await TokensAsync(looking);
                Assert.Empty(ledger.Keys.Except(stored));
                (await looking.InsertAsync("shop", $"goes-on-{cycle}", Ct)).ShouldBe(HttpStatusCode.Created);
            }

            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ledger.Count} acknowledged over {Cycles} cycles, {completed} moves completed"));
            FaultReport.Add("kill while a database moves", ("acknowledged", ledger.Count), ("moves", Cycles), ("servers killed", Cycles - (Cycles / 3)));
            Assert.True(completed > 0);
        }
        finally
        {
            client.Dispose();
            await server.DisposeAsync();
        }
    }

    public async ValueTask InitializeAsync() => _server = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _workspace.Dispose();
    }

    private Task<(int ExitCode, string Output, string Errors)> MoveAsync(string to) => ServerProcess.RunAsync(Start, ["move", Database, "--to", to], Ct);

    private static async Task<Client> FillAsync(ServerProcess server, int records)
    {
        var client = await Client.SignUpAsync(server.Address, Ct);
        await client.CreateDatabaseAsync("shop", Ct);
        foreach (var some in Enumerable.Range(0, records).Chunk(500))
            (await client.PostAsync(Client.RecordsOf("shop", "notes"), some.Select(i => new { token = $"first-{i}", payload = new string('x', 100) }), Ct)).ShouldBe(HttpStatusCode.Created);
        return client;
    }

    private static async Task WriteAsync(Client client, string writer, ConcurrentDictionary<string, byte> ledger, CancellationToken ct)
    {
        try
        {
            for (var i = 0; !ct.IsCancellationRequested; i++)
            {
                var answer = await client.InsertAsync("shop", $"{writer}-{i}", ct);
                Assert.Equal(HttpStatusCode.Created, answer.Status); // a move makes nobody fail
                ledger[$"{writer}-{i}"] = 0;
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // The server was killed.
        }
    }

    private static async Task<HashSet<string>> TokensAsync(Client client) =>
        [.. (await client.ListAllAsync("shop", "notes", Ct)).Records.Select(record => record.GetProperty("token").GetString() ?? "")];
}
