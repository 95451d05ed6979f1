using System.Collections.Concurrent;
using System.Net;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>Moves between two PostgreSQLs, where the command itself moves and is killed, while a server serves the database.</summary>
[Collection<FaultCollection>]
public sealed class KilledMoveTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Kills = 4;

    private static readonly string[] _steps = ["preparing", "copying records", "making indexes", "catching up", "verifying", "switching", "removing the old copy"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nebula-moves-");
    private PostgresDatabase? _metadata;
    private PostgresDatabase? _two;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PostgresDatabase Metadata => _metadata ?? throw new InvalidOperationException("Not started.");

    private PostgresDatabase Two => _two ?? throw new InvalidOperationException("Not started.");

    [Fact]
    public async Task However_often_the_command_is_killed_the_database_is_served_and_comes_along_whole_in_the_end()
    {
        var seed = Seed.Next();
        var random = new Random(seed);
        output.WriteLine($"seed {seed}");
        await using var server = await ServerProcess.StartAsync(StartIn("server"), Ct);
        using var client = await Client.SignUpAsync(server.Address, Ct);
        await client.CreateDatabaseAsync("shop", Ct);
        var (sent, acknowledged) = (new ConcurrentDictionary<string, byte>(), new ConcurrentDictionary<string, byte>());
        foreach (var some in Enumerable.Range(0, 3000).Select(i => $"first-{i}").Chunk(500))
        {
            (await client.PostAsync(Client.RecordsOf("shop", "notes"), some.Select(token => new { token, payload = new string('x', 100) }), Ct)).ShouldBe(HttpStatusCode.Created);
            Array.ForEach(some, token => sent[token] = acknowledged[token] = 0);
        }

        using var over = new CancellationTokenSource();
        List<Task> users = [ReadAsync(client, over.Token), .. Enumerable.Range(0, 2).Select(w => WriteAsync(client, w, sent, acknowledged, over.Token))];
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                var step = _steps[random.Next(_steps.Length)];
                await using var command = ServerProcess.Launch(StartIn("command"), "move", "owner@example.com/shop", "--to", await OtherPlacementAsync());
                await command.WaitForAsync(step, Ct);
                await command.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(30)), Ct);
                output.WriteLine($"killed at '{step}', is in {await PlacementAsync()}");
                Assert.Empty(users.Where(t => t.IsFaulted).Select(t => t.Exception?.Message));
            }

            var to = await OtherPlacementAsync();
            var (code, _, errors) = await ServerProcess.RunAsync(StartIn("command"), ["move", "owner@example.com/shop", "--to", to], Ct);
            Assert.True(code == 0, errors);
            Assert.Equal(to, await PlacementAsync());
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(users);
        }

        var stored = (await client.ListAllAsync("shop", "notes", Ct)).Records.Select(record => record.GetProperty("token").GetString() ?? "").ToList();
        Assert.Empty(acknowledged.Keys.Except(stored));
        Assert.Empty(stored.Except(sent.Keys));
        Assert.Equal(stored.Count, stored.Distinct().Count());
        Assert.Empty(await Metadata.ColumnAsync("SELECT stage FROM nebula.moves", Ct));
        Assert.Single((await SchemasAsync(Metadata)).Concat(await SchemasAsync(Two)));
        FaultReport.Add("kill while a database moves", ("acknowledged", acknowledged.Count), ("moves", 1), ("commands killed", Kills));
        output.WriteLine($"{acknowledged.Count} acknowledged, {stored.Count} stored");
    }

    public async ValueTask InitializeAsync()
    {
        var cluster = await PostgresCluster.SharedAsync();
        (_metadata, _two) = (await cluster.CreateDatabaseAsync(), await cluster.CreateDatabaseAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        if (_metadata is not null)
            await _metadata.DisposeAsync();
        if (_two is not null)
            await _two.DisposeAsync();
    }

    private ServerStart StartIn(string directory) => new(Path.Combine(_directory.FullName, directory))
    {
        Variables = new Dictionary<string, string>
        {
            ["NEBULA_STORAGE"] = "postgres",
            ["DATABASE_URL"] = Metadata.Url,
            ["NEBULA_PLACEMENT_TWO"] = Two.Url,
            ["JWT_SECRET"] = TestServer.JwtSecret,
        },
    };

    private async Task<string> PlacementAsync() => Assert.Single(await Metadata.ColumnAsync("SELECT placement FROM nebula.databases", Ct));

    private async Task<string> OtherPlacementAsync() => await PlacementAsync() == "two" ? "postgres" : "two";

    private static Task<IReadOnlyList<string>> SchemasAsync(PostgresDatabase server) => server.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct);

    /// <summary>Reads never fail and never wait for what was killed.</summary>
    private static async Task ReadAsync(Client client, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            (await client.GetAsync($"{Client.RecordsOf("shop", "notes")}?limit=10", Ct)).ShouldBe(HttpStatusCode.OK);
            await Task.Delay(5, Ct);
        }
    }

    /// <summary>Writes wait behind a fence that was left until it is taken away, and are told to come again if that takes long.</summary>
    private static async Task WriteAsync(Client client, int writer, ConcurrentDictionary<string, byte> sent, ConcurrentDictionary<string, byte> acknowledged, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var token = $"{writer}-{i}";
            sent[token] = 0;
            var answer = await client.InsertAsync("shop", token, Ct);
            if (answer.Status == HttpStatusCode.Created)
                acknowledged[token] = 0;
            else
                answer.ShouldBe(HttpStatusCode.ServiceUnavailable, "busy");
            await Task.Delay(5, Ct);
        }
    }
}
