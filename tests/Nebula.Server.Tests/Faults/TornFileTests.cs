using System.Net;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class TornFileTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Theory]
    [InlineData("overwritten", "damaged")]
    [InlineData("cut", "damaged")]
    [InlineData("missing", "missing")]
    public async Task A_broken_file_takes_its_own_database_out_of_service_and_no_other(string fault, string reason)
    {
        var ct = TestContext.Current.CancellationToken;
        using var client = await PrepareAsync(ct);
        Break(_workspace.FileOf(client.Account, "broken"), fault);

        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var returning = client.At(server.Address);

        var refused = await returning.GetAsync(Client.RecordsOf("broken", "notes"), ct);
        refused.ShouldBe(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.Contains($"its file is {reason}", refused.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.True(refused.RetryAfter > TimeSpan.Zero, "There is no Retry-After.");
        Assert.DoesNotContain(_workspace.Data, refused.Body, StringComparison.Ordinal);
        (await returning.InsertAsync("broken", "more", ct)).ShouldBe(HttpStatusCode.ServiceUnavailable, "unavailable");
        (await returning.InsertAsync("whole", "more", ct)).ShouldBe(HttpStatusCode.Created);
        var ready = (await returning.GetAsync("/ready", ct)).ShouldBe(HttpStatusCode.OK).Json;
        Assert.Equal("degraded", ready.GetProperty("status").GetString());
        Assert.Equal(1, ready.GetProperty("checks").GetProperty("databases").GetProperty("quarantined").GetInt32());
        FaultReport.Add("torn file", ("files broken", 1), ("found broken", 1));
    }

    public void Dispose() => _workspace.Dispose();

    private async Task<Client> PrepareAsync(CancellationToken ct)
    {
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        var client = await Client.SignUpAsync(server.Address, ct);
        foreach (var database in new[] { "broken", "whole" })
        {
            await client.CreateDatabaseAsync(database, ct);
            for (var i = 0; i < 20; i++)
                (await client.InsertAsync(database, $"{i}", ct, new string('x', 2000))).ShouldBe(HttpStatusCode.Created);
        }

        await server.StopAsync();
        return client;
    }

    private static void Break(string path, string fault)
    {
        if (fault == "missing")
        {
            File.Delete(path);
            return;
        }

        using var file = new FileStream(path, FileMode.Open);
        if (fault == "cut")
        {
            file.SetLength(100);
            return;
        }

        file.Write(Enumerable.Range(0, 4096).Select(i => (byte)(i * 7)).ToArray());
    }
}
