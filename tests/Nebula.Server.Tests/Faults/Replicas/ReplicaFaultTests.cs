using System.Diagnostics;
using Nebula.Server.Tests.Deployment;
using Nebula.Server.Tests.Faults.Killing;
using Nebula.Server.Tests.Redis;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>Two servers on one PostgreSQL and one Redis behind nginx, of which one after the other fails while clients write.</summary>
[Collection<FaultCollection>]
public sealed class ReplicaFaultTests(ITestOutputHelper output) : IDisposable
{
    private const int Writers = 6;
    private static readonly TimeSpan _longestOutage = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nebula-ledger-");
    private int _killed;

    /// <summary>How often each part fails: <c>NEBULA_REPLICA_CYCLES</c>, or once.</summary>
    private static int Cycles => Seed.Times("NEBULA_REPLICA_CYCLES", 1);

    [Fact]
    public async Task Whichever_part_fails_nothing_acknowledged_is_lost_nothing_is_done_twice_and_clients_are_only_told_to_ask_again()
    {
        var (ct, seed) = (TestContext.Current.CancellationToken, Seed.Next());
        output.WriteLine($"seed {seed}, {Cycles} cycles");
        var random = new Random(seed);
        await using IPrimary primary = (IPrimary?)FailoverPrimary.Given() ?? await CrashingPrimary.StartAsync();
        await using var redis = await RedisServer.StartAsync(ct);
        await using var replicas = await ReplicaSet.StartAsync(
            primary.Url, ct, ("REDIS_URL", redis.Url), ("RATE_LIMIT_ENABLED", "true"), ("RATE_LIMIT_PER_MINUTE", "60000"), ("TRUSTED_PROXIES", "127.0.0.1"));
        await using var proxy = await NginxProxy.StartAsync(SourceTree.Read("infra/docker/nginx.conf"), ct, replicas.Addresses);
        using var owner = await Client.SignUpAsync(replicas.Addresses[0], ct);
        using var ledger = new Ledger(Path.Combine(_directory.FullName, "ledger"));
        await PersistentWriter.PrepareAsync(owner, ledger, ct);

        var tally = new Tally();
        using var stop = new CancellationTokenSource();
        List<Task> writing = [.. Enumerable.Range(0, Writers).Select(number => WriteAsync(number, proxy, owner.Token, ledger, tally, new Random(random.Next()), stop, ct))];
        try
        {
            await FailAsync([.. primary.Faults, .. FaultsOf(replicas, primary)], random, stop.Token, ct);
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writing);
        }

        output.WriteLine($"{tally}");
        var fault = primary is FailoverPrimary ? "PostgreSQL failover" : "PostgreSQL, replicas";
        FaultReport.Add(fault, ("acknowledged", tally.Acknowledged), ("servers killed", _killed), ("longest outage, ms", tally.Longest.TotalMilliseconds));
        foreach (var address in replicas.Addresses)
            await VerifyAsync(fault, owner.At(address), ledger, ct);
        Assert.True(tally.Longest <= _longestOutage, $"A change took {tally.Longest}.");
        Assert.True(tally.Acknowledged >= Cycles * 50, $"Only {tally.Acknowledged} changes were acknowledged.");
        output.WriteLine($"0 lost, 0 twice (seed {seed})");
    }

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>Servers are killed where a failover is not what it is about.</summary>
    private static IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> FaultsOf(ReplicaSet replicas, IPrimary primary) => primary is FailoverPrimary ? []
        : [("first server killed", ct => KillAsync(replicas, 0, ct)), ("second server killed", ct => KillAsync(replicas, 1, ct))];

    private static async Task KillAsync(ReplicaSet replicas, int server, CancellationToken ct)
    {
        await replicas.KillAsync(server);
        await Task.Delay(TimeSpan.FromSeconds(1), ct);
        await replicas.StartAsync(server, ct);
    }

    private async Task FailAsync((string Name, Func<CancellationToken, Task> RunAsync)[] faults, Random random, CancellationToken stop, CancellationToken ct)
    {
        for (var cycle = 1; cycle <= Cycles; cycle++)
        {
            random.Shuffle(faults);
            foreach (var (name, runAsync) in faults)
            {
                await Task.Delay(random.Next(500, 2500), ct);
                if (stop.IsCancellationRequested)
                    return; // a writer has found a fault
                var started = Stopwatch.GetTimestamp();
                await runAsync(ct);
                _killed += name.StartsWith("connections", StringComparison.Ordinal) ? 0 : 1;
                output.WriteLine($"cycle {cycle}: {name}, {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
            }
        }
    }

    private static Task WriteAsync(int number, NginxProxy proxy, string token, Ledger ledger, Tally tally, Random random, CancellationTokenSource stop, CancellationToken ct) => Task.Run(
        async () =>
        {
            using var client = new Client(proxy.Url, $"Bearer {token}", proxy.Handler());
            try
            {
                await new PersistentWriter(number, client, ledger, tally, random).RunAsync(stop.Token, ct);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        },
        ct);

    private static async Task VerifyAsync(string fault, Client client, Ledger ledger, CancellationToken ct)
    {
        using var _ = client;
        var inventory = await Inventory.TakeAsync(client, ct);
        var expectation = new Expectation(ledger.Read());
        List<string> problems =
        [
            .. inventory.Problems,
            .. expectation.Compare(inventory.State, (open, _) => Assert.Fail($"{open.Change} was never answered.")),
            .. expectation.Ids.Where(record => inventory.Ids.TryGetValue(record.Key, out var id) && id != record.Value).Select(record => $"{record.Key} has another id than it was given"),
        ];
        FaultReport.Add(fault, ("lost", expectation.Lost), ("twice", inventory.Twice));
        Assert.True(problems.Count == 0, string.Join('\n', problems.Take(50)));
    }
}
