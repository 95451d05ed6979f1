using System.Collections.Concurrent;
using System.Net;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class SchemaUnderLoadTests : IDisposable
{
    private const int Workers = 6;
    private const int Rounds = 15;
    private static readonly object[] _columns = [new { name = "token", type = "TEXT" }];

    /// <summary>One round of them leaves the table as it was.</summary>
    private static readonly object[] _changes =
    [
        new { add_columns = new[] { new { name = "extra", type = "TEXT", @default = "x" } } },
        new { rename_columns = new { extra = "more" }, add_indexes = new[] { new { columns = new[] { "payload", "more" } } } },
        new { alter_columns = new[] { new { name = "payload", nullable = false } } },
        new { alter_columns = new[] { new { name = "payload", nullable = true } } },
        new { drop_indexes = new[] { "notes_payload_more_idx" }, drop_columns = new[] { "more" } },
    ];

    private readonly Workspace _workspace = new();

    /// <summary>How often each change is made: <c>NEBULA_SCHEMA_ROUNDS</c>, or 4.</summary>
    private static int ChangeRounds => Seed.Times("NEBULA_SCHEMA_ROUNDS", 4);

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_table_changes_while_its_records_are_read_and_written_and_no_request_meets_a_fault(bool isPostgres)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = isPostgres ? await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync() : null;
        await using var server = await ServerProcess.StartAsync(database is null ? _workspace.Start() : _workspace.Start(
            ("NEBULA_STORAGE", "postgres"), ("DATABASE_URL", database.Url), ("JWT_SECRET", TestServer.JwtSecret)), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("shop", ct);
        var confirmed = new ConcurrentBag<string>();
        using var over = new CancellationTokenSource();

        var load = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => UseAsync(client, worker, confirmed, over.Token, ct), ct)).ToList();
        try
        {
            for (var round = 0; round < ChangeRounds; round++)
            {
                foreach (var change in _changes)
                    (await client.SendAsync(HttpMethod.Patch, "/api/v1/databases/shop/tables/notes", change, ct)).ShouldBe(HttpStatusCode.OK);
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(load);
        var (records, total) = await client.ListAllAsync("shop", "notes", ct);
        var stored = records.Select(record => record.GetProperty("token").GetString()).ToList();
        Assert.Equal(confirmed.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
        Assert.Equal(stored.Count, total);
        Assert.True(confirmed.Count >= Workers, $"Only {confirmed.Count} records were written meanwhile.");
        FaultReport.Add("schema change under load", ("acknowledged", confirmed.Count), ("lost", 0), ("schema changes", ChangeRounds * _changes.Length));
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>Writes and reads until it is told to stop. Whoever meets a change may be told to come again, and nothing worse.</summary>
    private static async Task UseAsync(Client client, int worker, ConcurrentBag<string> confirmed, CancellationToken over, CancellationToken ct)
    {
        var records = Client.RecordsOf("shop", "notes");
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var inserted = await client.InsertAsync("shop", $"{worker}-{i}", ct, "a note");
            if (!IsDone(inserted))
                continue;
            confirmed.Add($"{worker}-{i}");
            IsDone(await client.GetAsync($"{records}/{inserted.RecordId}", ct));
            IsDone(await client.PutAsync($"{records}/{inserted.RecordId}", new { payload = "another" }, ct));
            IsDone(await client.GetAsync($"{records}?payload=another&sort=-token&limit=5", ct));
        }
    }

    private static bool IsDone(Answer answer)
    {
        Assert.True(answer.IsSuccess || answer is { Status: HttpStatusCode.ServiceUnavailable, RetryAfter: not null }, $"{answer.Status}: {answer.Body}");
        return answer.IsSuccess;
    }

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
