using System.Net;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>What has several effects has all of them or none, and what is sent again has one, whenever the server is killed.</summary>
[Collection<FaultCollection>]
public sealed class EffectTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 8;
    private const int Writers = 4;
    private const int Rows = 20;

    private readonly Workspace _workspace = new();

    [Fact]
    public async Task A_batch_is_whole_and_a_request_that_is_sent_again_has_one_effect_however_often_the_server_is_killed()
    {
        var ct = TestContext.Current.CancellationToken;
        var seed = Seed.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var owner = await PrepareAsync(ct);
        var writers = Enumerable.Range(0, Writers).Select(number => new Repeater(number)).ToList();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
            using var client = owner.At(server.Address);
            var writing = writers.Select(writer => Task.Run(() => writer.RunAsync(client, ct), ct)).ToList();
            await server.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(100, 700)), ct);
            await Task.WhenAll(writing);
        }

        await using var last = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var survivor = owner.At(last.Address);
        foreach (var writer in writers)
            await writer.FinishAsync(survivor, ct);

        var (records, total) = await survivor.ListAllAsync("shop", "notes", ct);
        var effects = records.CountBy(record => record.GetProperty("token").GetString() ?? "").ToDictionary();
        output.WriteLine($"{effects.Count} batches, {writers.Sum(w => w.Repeats)} sent again");
        FaultReport.Add(
            "kill", ("acknowledged", writers.Sum(w => w.Sent.Count)), ("lost", writers.SelectMany(w => w.Sent).Count(sent => effects.GetValueOrDefault(sent) < Rows)),
            ("twice", effects.Count(effect => effect.Value > Rows)), ("servers killed", Kills));
        Assert.All(effects, effect => Assert.Equal(Rows, effect.Value));
        Assert.Equal(writers.SelectMany(w => w.Sent).Order(StringComparer.Ordinal), effects.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(records.Count, total);
        Assert.True(writers.Sum(w => w.Repeats) > 0, "No request was cut off, so none was sent again.");
    }

    public void Dispose() => _workspace.Dispose();

    private async Task<Client> PrepareAsync(CancellationToken ct)
    {
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        var owner = await Client.SignUpAsync(server.Address, ct);
        (await owner.PostAsync("/api/v1/databases", new { db_name = "shop" }, ct)).ShouldBe(HttpStatusCode.Created);
        object[] columns = [new { name = "token", type = "TEXT" }, new { name = "n", type = "INTEGER" }];
        (await owner.PostAsync("/api/v1/databases/shop/tables", new { table_name = "notes", columns }, ct)).ShouldBe(HttpStatusCode.Created);
        return owner;
    }

    /// <summary>Sends one batch after the other; the one that got no answer again, with the same key, until it gets one.</summary>
    private sealed class Repeater(int number)
    {
        private bool _isOpen;

        public List<string> Sent { get; } = [];

        public int Repeats { get; private set; }

        public async Task RunAsync(Client client, CancellationToken ct)
        {
            try
            {
                while (true)
                    await SendAsync(client, ct);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // The server was killed; nobody knows whether the batch has happened.
            }
        }

        public async Task FinishAsync(Client client, CancellationToken ct)
        {
            if (_isOpen)
                await SendAsync(client, ct);
        }

        private async Task SendAsync(Client client, CancellationToken ct)
        {
            if (_isOpen)
                Repeats++;
            else
                Sent.Add($"w{number}-{Sent.Count}");
            _isOpen = true;
            var operations = Enumerable.Range(0, Rows).Select(n => new { op = "create", table = "notes", data = new { token = Sent[^1], n } });
            var answer = await client.SendOnceAsync("/api/v1/databases/shop/batch", new { operations }, Sent[^1], ct);
            Assert.Equal(Rows, answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("results").GetArrayLength());
            _isOpen = false;
        }
    }
}
