using System.Diagnostics;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults.Killing;

[Collection<FaultCollection>]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Writers = 6;
    private static readonly TimeSpan _readyWithin = TimeSpan.FromSeconds(5);

    private readonly Workspace _workspace = new();
    private readonly Stopwatch _clock = new();
    private TimeSpan _slowestStart;
    private int _kills;
    private int _checks;
    private int _lost;
    private int _twice;

    /// <summary>How often the server is killed: <c>NEBULA_KILL_CYCLES</c>, or 20.</summary>
    private static int Cycles => Seed.Times("NEBULA_KILL_CYCLES", 20);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_deleted_comes_back_however_often_the_server_is_killed()
    {
        var (ct, seed) = (TestContext.Current.CancellationToken, Seed.Next());
        output.WriteLine($"seed {seed}, {Cycles} cycles");
        using var ledger = new Ledger(Path.Combine(_workspace.Root, "ledger"));
        try
        {
            await RunAsync(ledger, new Random(seed), seed, ct);
        }
        finally
        {
            Report(ledger.Read());
        }
    }

    public void Dispose() => _workspace.Dispose();

    private async Task RunAsync(Ledger ledger, Random random, int seed, CancellationToken ct)
    {
        using var owner = await PrepareAsync(ledger, ct);
        _clock.Start();
        for (var cycle = 1; cycle <= Cycles; cycle++)
        {
            if (random.Next(4) == 0)
                await KillWhileStartingAsync(random, ct);
            await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
            _slowestStart = server.ReadyAfter > _slowestStart ? server.ReadyAfter : _slowestStart;
            Assert.True(server.ReadyAfter <= _readyWithin, $"Ready only after {server.ReadyAfter} (seed {seed}, cycle {cycle}).");

            using var client = owner.At(server.Address);
            await VerifyAsync(client, ledger, $"seed {seed}, cycle {cycle}", ct);
            await WriteUntilKilledAsync(server, client, ledger, random, ct);
            _kills++;
            TakeCopy();
        }

        await using var last = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var survivor = owner.At(last.Address);
        await VerifyAsync(survivor, ledger, $"seed {seed}, after the last cycle", ct);

        // A test that hardly wrote anything shows nothing.
        var acknowledged = ledger.Read().Count(entry => entry.Outcome == Outcome.Acknowledged);
        Assert.True(acknowledged >= Cycles * 10, $"Only {acknowledged} writes were acknowledged in {Cycles} cycles.");
    }

    private async Task<Client> PrepareAsync(Ledger ledger, CancellationToken ct)
    {
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        var owner = await Client.SignUpAsync(server.Address, ct);
        await Writer.PrepareAsync(owner, ledger, ct);
        await server.KillAsync();
        TakeCopy();
        return owner;
    }

    /// <summary>A start that is cut short has to leave what it found.</summary>
    private async Task KillWhileStartingAsync(Random random, CancellationToken ct)
    {
        await using var server = ServerProcess.Launch(_workspace.Start());
        await Task.Delay(random.Next(50, 600), ct);
        _kills++;
    }

    private static async Task WriteUntilKilledAsync(ServerProcess server, Client client, Ledger ledger, Random random, CancellationToken ct)
    {
        var expectation = new Expectation(ledger.Read());
        var writers = Enumerable.Range(0, Writers)
            .Select(number => new Writer(number, client, ledger, expectation, new Random(random.Next())))
            .Select(writer => Task.Run(() => writer.RunAsync(ct), ct))
            .ToList();
        await server.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(50, 900)), ct);
        await Task.WhenAll(writers);
    }

    /// <summary>The data directory as the kill left it, looked at before anything mends it.</summary>
    private void TakeCopy()
    {
        var copy = Path.Combine(_workspace.Root, "crash");
        if (Directory.Exists(copy))
            Directory.Delete(copy, recursive: true);
        foreach (var file in Directory.EnumerateFiles(_workspace.Data, "*", SearchOption.AllDirectories).Where(file => !(file.EndsWith("-shm", StringComparison.Ordinal) || file.EndsWith(".sock", StringComparison.Ordinal))))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(_workspace.Data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!); // a file is in a directory
            File.Copy(file, target);
        }
    }

    private async Task VerifyAsync(Client client, Ledger ledger, string when, CancellationToken ct)
    {
        var crash = Path.Combine(_workspace.Root, "crash");
        var problems = new List<string>();
        foreach (var file in Directory.EnumerateFiles(crash, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".db" or ".deleted"))
        {
            problems.AddRange(SqliteFile.Problems(file).Select(problem => $"{Path.GetRelativePath(crash, file)}: {problem}"));
            _checks++;
        }

        var inventory = await Inventory.TakeAsync(client, ct);
        foreach (var (database, path) in inventory.Files.Where(file => File.Exists(Path.Combine(crash, file.Value))))
            inventory.CompareWithFile(database, Path.Combine(crash, path));
        problems.AddRange(inventory.Problems);

        var expectation = new Expectation(ledger.Read());
        problems.AddRange(expectation.Compare(inventory.State, (open, isDone) => Conclude(ledger, inventory, open, isDone)));
        problems.AddRange(expectation.Ids.Where(record => inventory.Ids.TryGetValue(record.Key, out var id) && id != record.Value)
            .Select(record => $"{record.Key} has another id than it was given"));
        (_lost, _twice) = (_lost + expectation.Lost, _twice + inventory.Twice);
        Assert.True(problems.Count == 0, $"{when}:\n{string.Join('\n', problems.Take(50))}");
    }

    private static void Conclude(Ledger ledger, Inventory inventory, LedgerEntry open, bool isDone)
    {
        if (isDone)
            ledger.Found(open.Number, open.Change.Kind == ChangeKind.Insert ? inventory.Ids[open.Change.Keys[0]] : 0);
        else
            ledger.NotFound(open.Number);
    }

    private void Report(IReadOnlyList<LedgerEntry> entries)
    {
        var outcomes = entries.CountBy(entry => entry.Outcome).ToDictionary();
        var acknowledged = outcomes.GetValueOrDefault(Outcome.Acknowledged);
        output.WriteLine($"{acknowledged} acknowledged, {outcomes.GetValueOrDefault(Outcome.Found)} unanswered and done, {outcomes.GetValueOrDefault(Outcome.NotFound)} unanswered and not done");
        output.WriteLine($"{string.Join(", ", entries.CountBy(entry => entry.Change.Kind).Select(kind => $"{kind.Value} × {kind.Key}"))}; {_clock.Elapsed.TotalSeconds:F0} s");
        FaultReport.Add(
            "kill", ("acknowledged", acknowledged), ("lost", _lost), ("twice", _twice), ("integrity checks", _checks), ("servers killed", _kills), ("slowest start, ms", _slowestStart.TotalMilliseconds));
    }
}
