using System.Net;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults.Tracing;

[Collection<FaultCollection>]
public sealed class FailingSyncTests : IDisposable
{
    private static readonly TimeSpan _recoversWithin = TimeSpan.FromSeconds(30);

    private readonly Workspace _workspace = new();

    private string TraceFile => Path.Combine(_workspace.Root, "trace");

    [Fact]
    public async Task A_write_whose_sync_fails_is_never_confirmed_and_its_database_is_opened_anew_while_its_neighbours_serve()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("failing", ct);
        await client.CreateDatabaseAsync("healthy", ct);
        var file = _workspace.FileOf(client.Account, "failing");
        var confirmed = await InsertAsync(client, "failing", "before", 20, ct);

        await using (await Strace.FailSyncsAsync(server, file + "-wal", TraceFile, ct))
        {
            for (var i = 0; i < 5; i++)
            {
                (await client.InsertAsync("failing", $"refused-{i}", ct)).ShouldBe(HttpStatusCode.ServiceUnavailable, "unavailable");
                (await client.InsertAsync("healthy", $"during-{i}", ct)).ShouldBe(HttpStatusCode.Created);
                (await client.GetAsync("/ready", ct)).ShouldBe(HttpStatusCode.OK);
            }
        }

        Assert.Contains(Trace.Read(TraceFile), call => call.IsSync && !call.HasSucceeded);
        await RecoverAsync(client, "failing", ct);
        confirmed.AddRange(await InsertAsync(client, "failing", "after", 20, ct));
        await server.KillAsync();
        await VerifyAsync(client, file, confirmed, ct);
    }

    [Fact]
    public async Task What_a_failed_sync_left_in_the_log_carries_no_later_write()
    {
        // The system drops what it could not write and calls the next sync a success. A log that goes on behind the gap would be cut there by lost power.
        var ct = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("failing", ct);
        var file = _workspace.FileOf(client.Account, "failing");
        var confirmed = await InsertAsync(client, "failing", "before", 20, ct);
        var synced = new FileInfo(file + "-wal").Length;
        await using (await Strace.FailSyncsAsync(server, file + "-wal", TraceFile, ct))
        {
            (await client.InsertAsync("failing", "refused-1", ct)).ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await client.InsertAsync("failing", "refused-2", ct)).ShouldBe(HttpStatusCode.ServiceUnavailable);
        }

        await RecoverAsync(client, "failing", ct);
        confirmed.AddRange(await InsertAsync(client, "failing", "after", 3, ct));
        await server.KillAsync();

        // The log begins anew after the failure; were it continued, the first frame after what had been synced would be one that was dropped.
        var copy = _workspace.Copy(file);
        if (new FileInfo(copy + "-wal").Length > synced)
            DropPage(copy + "-wal", synced);
        using var survivor = SqliteFile.Open(copy);
        Assert.Subset(survivor.Texts("SELECT token FROM notes").ToHashSet(), confirmed.ToHashSet());
    }

    [Fact]
    public async Task A_log_that_cannot_be_synced_into_its_file_is_kept_and_nothing_of_it_is_lost()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("failing", ct);
        await client.CreateDatabaseAsync("healthy", ct);
        var file = _workspace.FileOf(client.Account, "failing");
        var confirmed = await InsertAsync(client, "failing", "before", 20, ct);
        var payload = new string('x', 300_000);

        await using (await Strace.FailSyncsAsync(server, file, TraceFile, ct))
        {
            for (var i = 0; !HasFailed(); i++)
            {
                Assert.True(i < 100, "The log was never copied into the file.");
                if ((await client.InsertAsync("failing", $"large-{i}", ct, payload)).IsSuccess)
                    confirmed.Add($"large-{i}");
            }

            await InsertAsync(client, "healthy", "during", 5, ct);
        }

        await RecoverAsync(client, "failing", ct);
        confirmed.AddRange(await InsertAsync(client, "failing", "after", 20, ct));
        await server.KillAsync();
        await VerifyAsync(client, file, confirmed, ct);
    }

    [Fact]
    public async Task An_account_whose_sync_fails_is_not_confirmed_and_later_ones_are()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("shop", ct);

        await using (await Strace.FailSyncsAsync(server, Path.Combine(_workspace.Data, "metadata.db-wal"), TraceFile, ct))
        {
            var refused = await client.PostAsync("/auth/signup", new { email = "refused@example.com", username = "refused", password = Client.Password }, ct);
            Assert.True(refused.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError, refused.Body);
            (await client.InsertAsync("shop", "during", ct)).ShouldBe(HttpStatusCode.Created);
        }

        using var later = await Client.SignUpAsync(server.Address, ct, "later@example.com");
        await server.KillAsync();
        await using var again = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var returning = client.At(again.Address);
        (await returning.PostAsync("/auth/login", new { email = "later@example.com", password = Client.Password }, ct)).ShouldBe(HttpStatusCode.OK);
        Assert.Single((await returning.ListAllAsync("shop", "notes", ct)).Records);
    }

    public void Dispose() => _workspace.Dispose();

    private bool HasFailed() => Trace.Read(TraceFile).Any(call => call.IsSync && !call.HasSucceeded);

    private static async Task<List<string>> InsertAsync(Client client, string database, string prefix, int count, CancellationToken ct)
    {
        var tokens = new List<string>();
        for (var i = 0; i < count; i++)
        {
            (await client.InsertAsync(database, $"{prefix}-{i}", ct)).ShouldBe(HttpStatusCode.Created);
            tokens.Add($"{prefix}-{i}");
        }

        return tokens;
    }

    /// <summary>Without a restart and without anybody's help.</summary>
    private static async Task RecoverAsync(Client client, string database, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_recoversWithin);
        for (var i = 0; !(await client.InsertAsync(database, $"recovering-{i}", deadline.Token)).IsSuccess; i++)
            await Task.Delay(100, deadline.Token);
    }

    private async Task VerifyAsync(Client client, string file, List<string> confirmed, CancellationToken ct)
    {
        Assert.Empty(SqliteFile.Problems(_workspace.Copy(file)));
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var returning = client.At(server.Address);
        var (records, total) = await returning.ListAllAsync("failing", "notes", ct);
        Assert.Equal(records.Count, total);
        Assert.Subset(records.Select(record => record.GetProperty("token").GetString()!).ToHashSet(), confirmed.ToHashSet());
        Assert.Equal(5, (await returning.ListAllAsync("healthy", "notes", ct)).Total);
        FaultReport.Add("failing sync", ("acknowledged", confirmed.Count + 5), ("lost", 0), ("integrity checks", 1), ("servers killed", 1));
    }

    /// <summary>What the disk would hold of a page that the system could not write.</summary>
    private static void DropPage(string path, long position)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.Position = position;
        file.Write(new byte[Math.Min(4096, file.Length - position)]);
    }
}
