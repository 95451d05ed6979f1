using System.Net;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults.Tracing;

/// <summary>A kill leaves in the system's memory what was written and not synced; lost power does not. So the order of the system calls is looked at.</summary>
[Collection<FaultCollection>]
public sealed class PowerLossTests : IDisposable
{
    private readonly Workspace _workspace = new();

    private string TraceFile => Path.Combine(_workspace.Root, "trace");

    [Fact]
    public async Task Every_success_is_sent_after_its_write_was_synced()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await StartTracedAsync(ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("shop", ct);
        var log = _workspace.FileOf(client.Account, "shop") + "-wal";
        var writes = new List<(string Id, string? Marker)>();
        for (var i = 0; i < 10; i++)
        {
            var (inserted, updated, deleted) = ($"insert-{i}", $"update-{i}", $"delete-{i}");
            var record = $"{Client.RecordsOf("shop", "notes")}/{i + 1}";
            await SendAsync(client, HttpMethod.Post, Client.RecordsOf("shop", "notes"), new { token = inserted, payload = "" }, HttpStatusCode.Created, inserted, ct);
            await SendAsync(client, HttpMethod.Put, record, new { payload = updated }, HttpStatusCode.OK, updated, ct);
            await SendAsync(client, HttpMethod.Delete, record, null, HttpStatusCode.NoContent, deleted, ct);
            writes.AddRange([(inserted, inserted), (updated, updated), (deleted, null)]);
        }

        await server.KillAsync();

        var audit = new SyncAudit(Trace.Read(TraceFile));
        Assert.Empty(writes.Select(write => audit.FindProblem(write.Id, log, write.Marker, isAlone: true)).OfType<string>());
    }

    [Fact]
    public async Task A_server_that_did_not_sync_would_be_seen()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await StartTracedAsync(ct, isSyncing: false);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("shop", ct);
        await SendAsync(client, HttpMethod.Post, Client.RecordsOf("shop", "notes"), new { token = "unsynced", payload = "" }, HttpStatusCode.Created, "unsynced", ct);
        await server.KillAsync();

        var problem = new SyncAudit(Trace.Read(TraceFile)).FindProblem("unsynced", _workspace.FileOf(client.Account, "shop") + "-wal", "unsynced", isAlone: true);
        Assert.Equal("unsynced: answered before the log was synced", problem);
    }

    [Fact]
    public async Task Accounts_databases_and_keys_are_synced_before_they_are_confirmed()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await StartTracedAsync(ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        const string Keys = "/api/v1/account/databases/shop/apikey";
        var body = new { email = "second@example.com", username = "somebody else", password = Client.Password };
        await SendAsync(client, HttpMethod.Post, "/auth/signup", body, HttpStatusCode.Created, "sign-up", ct);
        await SendAsync(client, HttpMethod.Post, "/api/v1/databases", new { db_name = "shop" }, HttpStatusCode.Created, "new-database", ct);
        await SendAsync(client, HttpMethod.Post, Keys, null, HttpStatusCode.Created, "new-key", ct);
        await SendAsync(client, HttpMethod.Delete, Keys, null, HttpStatusCode.NoContent, "revoked-key", ct);
        await SendAsync(client, HttpMethod.Patch, "/api/v1/databases/shop", new { db_name = "store" }, HttpStatusCode.OK, "renamed-database", ct);
        await SendAsync(client, HttpMethod.Delete, "/api/v1/databases/store", null, HttpStatusCode.NoContent, "deleted-database", ct);
        await server.KillAsync();

        var audit = new SyncAudit(Trace.Read(TraceFile));
        string[] ids = ["sign-up", "new-database", "new-key", "revoked-key", "renamed-database", "deleted-database"];
        Assert.Empty(ids.Select(id => audit.FindProblem(id, Path.Combine(_workspace.Data, "metadata.db-wal"), marker: null, isAlone: true)).OfType<string>());
    }

    [Fact]
    public async Task A_new_database_is_in_its_directory_and_that_in_the_data_directory_before_anything_in_it_is_confirmed()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await StartTracedAsync(ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        (await client.PostAsync("/api/v1/databases", new { db_name = "shop" }, ct)).ShouldBe(HttpStatusCode.Created);
        object[] columns = [new { name = "token", type = "TEXT" }];
        var table = new { table_name = "notes", columns };
        await SendAsync(client, HttpMethod.Post, "/api/v1/databases/shop/tables", table, HttpStatusCode.Created, "first-use", ct);
        await server.KillAsync();

        var audit = new SyncAudit(Trace.Read(TraceFile));
        var file = _workspace.FileOf(client.Account, "shop");
        Assert.Null(audit.FindProblem("first-use", file + "-wal", marker: null, isAlone: true));
        Assert.True(audit.IsEntrySynced(file, "first-use"), "The file is not synced into its directory.");
        Assert.True(audit.IsEntrySynced(file + "-wal", "first-use"), "The log is not synced into its directory.");
        Assert.True(audit.IsEntrySynced(Path.GetDirectoryName(file)!, "first-use"), "The account's directory is not synced into the data directory.");
        Assert.True(audit.IsEntrySynced(_workspace.Data, "first-use"), "The data directory is not synced into the one above it.");
    }

    [Fact]
    public async Task Power_lost_at_any_answer_leaves_every_write_that_was_confirmed_by_then()
    {
        var ct = TestContext.Current.CancellationToken;
        var seed = Seed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await StartTracedAsync(ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("shop", ct);
        var tokens = Enumerable.Range(0, 8).SelectMany(writer => Enumerable.Range(0, 10).Select(i => $"writer-{writer}-{i}")).ToList();
        await Task.WhenAll(tokens.GroupBy(token => token.Split('-')[1]).Select(async own =>
        {
            foreach (var token in own)
                await SendAsync(client, HttpMethod.Post, Client.RecordsOf("shop", "notes"), new { token, payload = "" }, HttpStatusCode.Created, token, ct);
        }));
        await server.KillAsync();

        var audit = new SyncAudit(Trace.Read(TraceFile));
        var file = _workspace.FileOf(client.Account, "shop");
        var answers = audit.SyncedAtAnswers(file + "-wal", tokens).ToList();
        Assert.Empty(tokens.Select(token => audit.FindProblem(token, file + "-wal", token, isAlone: false)).OfType<string>());
        Assert.Equal(tokens.Count, answers.Count);
        Assert.All(answers.Index(), moment =>
        {
            var confirmed = answers.Take(moment.Index + 1).Select(answer => answer.RequestId);
            Assert.Subset(TokensAfterPowerLoss(file, moment.Item.Synced, random), confirmed.ToHashSet());
        });
        FaultReport.Add("power loss", ("acknowledged", tokens.Count), ("lost", 0), ("power cuts", answers.Count), ("integrity checks", answers.Count));
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>What the file holds when its log ends anywhere behind what was synced into it by then: at once, or in something that was on its way.</summary>
    private HashSet<string> TokensAfterPowerLoss(string file, long synced, Random random)
    {
        var copy = _workspace.Copy(file);
        using (var log = new FileStream(copy + "-wal", FileMode.Open))
        {
            log.SetLength(random.Next(2) == 0 ? synced : random.NextInt64(synced, log.Length + 1));
            var garbage = new byte[Math.Min(log.Length - synced, 512)];
            random.NextBytes(garbage);
            log.Position = log.Length - garbage.Length;
            log.Write(garbage);
        }

        Assert.Empty(SqliteFile.Problems(copy));
        using var survivor = SqliteFile.Open(copy);
        return [.. survivor.Texts("SELECT token FROM notes")];
    }

    private async Task<ServerProcess> StartTracedAsync(CancellationToken ct, bool isSyncing = true) =>
        await ServerProcess.StartAsync(_workspace.Start() with { Under = await Strace.RunningAsync(TraceFile, isSyncing, ct) }, ct);

    private static async Task SendAsync(Client client, HttpMethod method, string path, object? body, HttpStatusCode expected, string requestId, CancellationToken ct) =>
        (await client.SendAsync(method, path, body, ct, requestId)).ShouldBe(expected);
}
