using System.Diagnostics;
using System.Net;

namespace Nebula.Server.Tests.Faults;

/// <summary>Another program has a database open, as people do with SQLite files.</summary>
[Collection<FaultCollection>]
public sealed class BusyTests : IDisposable
{
    private static readonly TimeSpan _writeTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _recoversWithin = TimeSpan.FromSeconds(30);

    private readonly Workspace _workspace = new();

    [Fact]
    public async Task A_write_to_a_database_that_another_program_holds_is_refused_at_the_deadline_and_its_neighbours_are_unharmed()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await StartAsync(ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("held", ct);
        await client.CreateDatabaseAsync("free", ct);
        (await client.InsertAsync("held", "before", ct)).ShouldBe(HttpStatusCode.Created);
        using var other = SqliteFile.Open(_workspace.FileOf(client.Account, "held"));
        other.Run("BEGIN IMMEDIATE");

        var clock = Stopwatch.StartNew();
        var waiting = client.InsertAsync("held", "during", ct);
        var waited = waiting.ContinueWith(_ => clock.Elapsed, ct, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        for (var i = 0; i < 20; i++)
            (await client.InsertAsync("free", $"during-{i}", ct)).ShouldBe(HttpStatusCode.Created);
        var read = (await client.GetAsync(Client.RecordsOf("held", "notes"), ct)).ShouldBe(HttpStatusCode.OK);
        var refused = (await waiting).ShouldBe(HttpStatusCode.ServiceUnavailable, "busy");

        Assert.InRange(await waited, _writeTimeout, _writeTimeout + _margin);
        Assert.True(refused.RetryAfter > TimeSpan.Zero, "There is no Retry-After.");
        Assert.Equal(1, read.Json.GetProperty("pagination").GetProperty("total").GetInt64());
        other.Run("INSERT INTO notes (token, created_at, updated_at) VALUES ('other', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')");
        other.Run("COMMIT");
        (await client.InsertAsync("held", "after", ct)).ShouldBe(HttpStatusCode.Created);
        var (records, total) = await client.ListAllAsync("held", "notes", ct);
        Assert.Equal(["before", "other", "after"], records.Select(record => record.GetProperty("token").GetString()));
        Assert.Equal(3, total);
    }

    [Fact]
    public async Task Writes_that_wait_go_on_when_the_other_program_lets_go_in_time()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await ServerProcess.StartAsync(_workspace.Start(("NEBULA_WRITE_TIMEOUT_MS", "20000")), ct);
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("held", ct);
        using var other = SqliteFile.Open(_workspace.FileOf(client.Account, "held"));
        other.Run("BEGIN IMMEDIATE");

        var waiting = Enumerable.Range(0, 10).Select(i => client.InsertAsync("held", $"waiting-{i}", ct)).ToList();
        await Task.Delay(300, ct);
        Assert.DoesNotContain(waiting, insert => insert.IsCompleted);
        other.Run("ROLLBACK");

        Assert.All(await Task.WhenAll(waiting), answer => answer.ShouldBe(HttpStatusCode.Created));
    }

    [Fact]
    public async Task A_reader_that_never_ends_can_make_the_log_grow_to_its_bound_and_not_further()
    {
        const long MaxLog = 2 * 1024 * 1024;
        const long OneBatch = 1024 * 1024;
        var ct = TestContext.Current.CancellationToken;
        await using var server = await StartAsync(ct, ("NEBULA_MAX_WAL_BYTES", $"{MaxLog}"));
        using var client = await Client.SignUpAsync(server.Address, ct);
        await client.CreateDatabaseAsync("pinned", ct);
        await client.CreateDatabaseAsync("free", ct);
        (await client.InsertAsync("pinned", "first", ct)).ShouldBe(HttpStatusCode.Created);
        var file = _workspace.FileOf(client.Account, "pinned");
        using var other = SqliteFile.Open(file);
        other.Run("BEGIN");
        other.Texts("SELECT count(*) FROM notes");

        var payload = new string('x', 100_000);
        var confirmed = 1;
        Answer answer;
        while ((answer = await client.InsertAsync("pinned", $"{confirmed}", ct, payload)).IsSuccess)
            Assert.True(++confirmed < 200, "The log grows without bound.");

        answer.ShouldBe(HttpStatusCode.ServiceUnavailable, "busy");
        Assert.InRange(new FileInfo(file + "-wal").Length, MaxLog / 2, MaxLog + OneBatch);
        Assert.Equal(confirmed, (await client.ListAllAsync("pinned", "notes", ct)).Total);
        (await client.InsertAsync("free", "during", ct)).ShouldBe(HttpStatusCode.Created);
        other.Run("COMMIT");
        await RecoverAsync(client, "pinned", ct);
    }

    public void Dispose() => _workspace.Dispose();

    /// <summary>The first write copies the log into the file, which a slow disk may take longer for than a write may wait.</summary>
    private static async Task RecoverAsync(Client client, string database, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_recoversWithin);
        Answer answer;
        for (var i = 0; !(answer = await client.InsertAsync(database, $"after-{i}", deadline.Token)).IsSuccess; i++)
            answer.ShouldBe(HttpStatusCode.ServiceUnavailable, "busy");
    }

    private Task<ServerProcess> StartAsync(CancellationToken ct, params IReadOnlyList<(string Name, string Value)> variables) => ServerProcess.StartAsync(
        _workspace.Start([("NEBULA_WRITE_TIMEOUT_MS", $"{_writeTimeout.TotalMilliseconds:F0}"), .. variables]), ct);
}
