using System.Diagnostics;
using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage.Tests.Postgres;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>Connections that are all held by slow statements: who finds none is told to come back in time, and nothing hangs.</summary>
[Collection<FaultCollection>]
public sealed class PoolTests
{
    private const int Requests = 12;
    private static readonly TimeSpan _inLine = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _atPgBouncer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_that_finds_no_connection_of_the_servers_own_is_told_to_come_back()
    {
        await using var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();

        await ExhaustAsync(database, new() { ["DATABASE_URL"] = database.Url, ["DATABASE_POOL_SIZE"] = "2" }, _inLine, isReady: true, "busy");
    }

    [Fact]
    public async Task A_request_that_finds_no_session_of_PgBouncers_is_told_to_come_back()
    {
        var cluster = await PostgresCluster.SharedAsync();
        await using var database = await cluster.CreateDatabaseAsync();
        await using var bouncer = await PgBouncer.StartAsync(cluster, sessions: 2, longestWait: _atPgBouncer.Seconds);

        await ExhaustAsync(database, new() { ["DATABASE_URL"] = bouncer.ConnectionStringTo(database), ["DATABASE_POOLER"] = "transaction", ["DATABASE_DIRECT_URL"] = database.Url }, _inLine + (2 * _atPgBouncer), isReady: false, "busy", "unavailable"); // a read is tried over a second connection
    }

    private static async Task ExhaustAsync(PostgresDatabase database, Dictionary<string, string> variables, TimeSpan bound, bool isReady, params string[] codes)
    {
        variables["NEBULA_STORAGE"] = "postgres";
        await using var server = await TestServer.StartAsync(variables);
        var owner = await server.SignUpAsync();
        var records = await owner.CreateShopAsync();
        var id = await owner.AddAsync(records, new { name = "Ada", age = 36 });
        var schema = Assert.Single(await database.ColumnAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'db\\_%'", Ct));

        await using var program = await database.ConnectAsync(Ct);
        await using var transaction = await program.BeginTransactionAsync(Ct);
        await using var hold = new Npgsql.NpgsqlCommand($"LOCK TABLE {schema}.customers", program);
        await hold.ExecuteNonQueryAsync(Ct);
        var waiting = Enumerable.Range(0, Requests).Select(_ => TimedAsync(owner.GetAsync($"{records}/{id}"))).ToList();
        var refused = new List<(Infrastructure.Answer Answer, TimeSpan After)>();
        await foreach (var answered in Task.WhenEach(waiting))
        {
            refused.Add(await answered);
            if (refused.Count == Requests - 2)
                break; // two may hold the connections and wait
        }

        (await server.Visitor.GetAsync("/health")).ShouldBe(200);
        if (isReady)
            (await server.Visitor.GetAsync("/ready")).ShouldBe(200);
        await transaction.RollbackAsync(Ct);

        Assert.All(refused, one =>
        {
            Assert.Contains(one.Answer.ShouldBe(503).Text("code"), codes);
            Assert.NotNull(one.Answer.Header("Retry-After"));
            Assert.InRange(one.After, TimeSpan.Zero, bound + _margin);
        });
        foreach (var rest in waiting)
            await rest;
        (await owner.GetAsync($"{records}/{id}")).ShouldBe(200);
        await owner.AddAsync(records, new { name = "Grace", age = 85 });
    }

    private static async Task<(Infrastructure.Answer Answer, TimeSpan After)> TimedAsync(Task<Infrastructure.Answer> request)
    {
        var started = Stopwatch.GetTimestamp();
        return (await request, Stopwatch.GetElapsedTime(started));
    }
}
