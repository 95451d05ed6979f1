using System.Collections.Concurrent;

namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class ShutdownTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public async Task An_orderly_stop_answers_what_runs_ends_with_0_and_leaves_no_log_behind()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("shop", ct);
        var acknowledged = new ConcurrentBag<string>();
        var writers = Enumerable.Range(0, 8).Select(writer => WriteUntilRefusedAsync(client, writer, acknowledged, ct)).ToList();
        while (acknowledged.Count < 100)
            await Task.Delay(5, ct);

        var code = await server.StopAsync();
        await Task.WhenAll(writers);

        Assert.Equal(0, code);
        Assert.Contains("has stopped", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(_workspace.Data, "*-wal", SearchOption.AllDirectories), wal => new FileInfo(wal).Length > 0);
        using var file = SqliteFile.Open(_workspace.Copy(_workspace.FileOf(client.Account, "shop")));
        var stored = file.Texts("SELECT token FROM notes").ToHashSet();
        Assert.DoesNotContain(acknowledged, token => !stored.Contains(token));
    }

    public void Dispose() => _workspace.Dispose();

    private static async Task WriteUntilRefusedAsync(Client client, int writer, ConcurrentBag<string> acknowledged, CancellationToken ct)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                if (!(await client.InsertAsync("shop", $"{writer}-{i}", ct)).IsSuccess)
                    return;
                acknowledged.Add($"{writer}-{i}");
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
