using System.Net;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class FullDiskTests : IDisposable
{
    private const int Megabytes = 8;
    private static readonly TimeSpan _recoversWithin = TimeSpan.FromSeconds(30);
    private static readonly string _payload = new('x', 20_000);

    private readonly Workspace _workspace = new();

    [Fact]
    public async Task On_a_full_disk_writes_are_refused_reads_go_on_and_it_recovers_by_itself_when_space_is_freed()
    {
        var ct = TestContext.Current.CancellationToken;
        Directory.CreateDirectory(_workspace.Data);
        await using var disk = await SmallDisk.MountAsync(_workspace.Data, Megabytes, ct);
        var confirmed = new Dictionary<string, HashSet<string>> { ["shop"] = [], ["blog"] = [] };
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        foreach (var database in confirmed.Keys)
            await client.CreateDatabaseAsync(database, ct);
        disk.Fill(left: 1024 * 1024);

        var refused = await WriteUntilRefusedAsync(client, confirmed, ct);

        refused.ShouldBe(HttpStatusCode.InsufficientStorage, "storage_full");
        for (var i = 0; i < 20; i++)
            await RefuseOrConfirmAsync(client, "shop", $"full-{i}", confirmed["shop"], ct);
        foreach (var (database, tokens) in confirmed)
            Assert.Equal(tokens, await TokensAsync(client, database, ct));

        await FillMetadataAsync(client, ct);
        (await client.GetAsync("/ready", ct)).ShouldBe(HttpStatusCode.OK);

        disk.Free();
        await RecoverAsync(client, confirmed, ct);
        await server.KillAsync();
        await VerifyAsync(client, confirmed, ct);
        FaultReport.Add("full disk", ("acknowledged", confirmed.Values.Sum(tokens => tokens.Count)), ("lost", 0), ("integrity checks", confirmed.Count));
    }

    public void Dispose() => _workspace.Dispose();

    private static async Task<Answer> WriteUntilRefusedAsync(Client client, Dictionary<string, HashSet<string>> confirmed, CancellationToken ct)
    {
        for (var i = 0; i < Megabytes * 100; i++)
        {
            foreach (var (database, tokens) in confirmed)
            {
                var answer = await client.InsertAsync(database, $"filling-{i}", ct, _payload);
                if (!answer.IsSuccess)
                    return answer;
                tokens.Add($"filling-{i}");
            }
        }

        throw new InvalidOperationException("The disk did not become full.");
    }

    /// <summary>The metadata are on the same disk: what would be written to them is refused in the same way.</summary>
    private static async Task FillMetadataAsync(Client client, CancellationToken ct)
    {
        Answer answer;
        var made = 0;
        while ((answer = await client.PostAsync("/api/v1/databases", new { db_name = $"db_{made}" }, ct)).IsSuccess)
            Assert.True(++made < 2000, "The disk is not full.");
        answer.ShouldBe(HttpStatusCode.InsufficientStorage, "storage_full");
    }

    /// <summary>Small writes may find a little space; none may end in a fault.</summary>
    private static async Task RefuseOrConfirmAsync(Client client, string database, string token, HashSet<string> confirmed, CancellationToken ct)
    {
        var answer = await client.InsertAsync(database, token, ct);
        if (answer.IsSuccess)
            confirmed.Add(token);
        else
            answer.ShouldBe(HttpStatusCode.InsufficientStorage, "storage_full");
    }

    private static async Task RecoverAsync(Client client, Dictionary<string, HashSet<string>> confirmed, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_recoversWithin);
        foreach (var (database, tokens) in confirmed)
        {
            var i = 0;
            while (!(await client.InsertAsync(database, $"recovered-{i}", deadline.Token, _payload)).IsSuccess)
            {
                i++;
                await Task.Delay(50, deadline.Token);
            }

            tokens.Add($"recovered-{i}");
        }
    }

    private async Task VerifyAsync(Client client, Dictionary<string, HashSet<string>> confirmed, CancellationToken ct)
    {
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var returning = client.At(server.Address);
        foreach (var (database, tokens) in confirmed)
            Assert.Equal(tokens, await TokensAsync(returning, database, ct));
        await server.StopAsync();
        Assert.All(confirmed.Keys, database => Assert.Empty(SqliteFile.Problems(_workspace.FileOf(client.Account, database))));
    }

    private static async Task<HashSet<string>> TokensAsync(Client client, string database, CancellationToken ct)
    {
        var (records, total) = await client.ListAllAsync(database, "notes", ct);
        Assert.Equal(records.Count, total);
        return [.. records.Select(record => record.GetProperty("token").GetString()!)]; // the test writes no null
    }
}
