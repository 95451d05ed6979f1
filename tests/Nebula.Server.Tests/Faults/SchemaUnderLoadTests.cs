using System.Net;

namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class SchemaUnderLoadTests : IDisposable
{
    private const int Workers = 6;
    private const int Rounds = 15;
    private static readonly object[] _columns = [new { name = "token", type = "TEXT" }];

    private readonly Workspace _workspace = new();

    [Fact]
    public async Task Tables_come_and_go_while_others_are_read_and_written_and_every_request_succeeds()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(_workspace.Start(), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("shop", ct);

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => ChangeTablesAsync(client, worker, ct), ct)));

        var listed = (await client.GetAsync("/api/v1/databases/shop/tables", ct)).Json.GetProperty("tables").GetArrayLength();
        var counted = (await client.GetAsync("/api/v1/databases", ct)).Json.GetProperty("databases")[0].GetProperty("tables").GetInt32();
        Assert.Equal(Workers + 1, listed);
        Assert.Equal(listed, counted);
        var (records, total) = await client.ListAllAsync("shop", "notes", ct);
        Assert.Equal(Workers * Rounds, records.Count);
        Assert.Equal(records.Count, total);
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>Leaves one table behind.</summary>
    private static async Task ChangeTablesAsync(Client client, int worker, CancellationToken ct)
    {
        const string Tables = "/api/v1/databases/shop/tables";
        for (var round = 0; round < Rounds; round++)
        {
            var table = $"table_{worker}";
            (await client.PostAsync(Tables, new { table_name = table, columns = _columns }, ct)).ShouldBe(HttpStatusCode.Created);
            (await client.InsertAsync("shop", $"{worker}-{round}", ct)).ShouldBe(HttpStatusCode.Created);
            (await client.PostAsync(Client.RecordsOf("shop", table), new { token = "kept" }, ct)).ShouldBe(HttpStatusCode.Created);
            (await client.GetAsync(Client.RecordsOf("shop", "notes"), ct)).ShouldBe(HttpStatusCode.OK);
            if (round < Rounds - 1)
                (await client.DeleteAsync($"{Tables}/{table}", ct)).ShouldBe(HttpStatusCode.NoContent);
        }
    }
}
