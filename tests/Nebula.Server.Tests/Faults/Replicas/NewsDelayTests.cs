using System.Diagnostics;
using System.Net;
using Nebula.Storage.Tests.Postgres;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>What is ended or changed on one server is so on the others within a second: measured between two processes, from the answer of the one to the first answer of the other that goes by it.</summary>
[Collection<FaultCollection>]
public sealed class NewsDelayTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _promised = TimeSpan.FromSeconds(1);

    /// <summary>A single request takes so long only where the machine is busy with something else: what it delayed says nothing of Nebula. So it may be at few of the rounds.</summary>
    private static readonly TimeSpan _stall = TimeSpan.FromMilliseconds(250);

    private const int MostStalls = 3;

    /// <summary>How many keys are revoked in each way: <c>NEBULA_DELAY_ROUNDS</c>, or 30. A third as many schemas are changed, a tenth as many passwords.</summary>
    private static int Rounds => Seed.Times("NEBULA_DELAY_ROUNDS", 30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Way.Notified)]
    [InlineData(Way.Asking)]
    [InlineData(Way.NotifiedRoundPooler)]
    public async Task A_revoked_key_a_changed_password_and_a_changed_schema_are_known_to_the_other_server_within_a_second(Way way)
    {
        await using var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        await using var replicas = await StartAsync(way, database);
        using var one = await Client.SignUpAsync(replicas.Addresses[0], Ct);
        using var other = one.At(replicas.Addresses[1]);
        await one.CreateDatabaseAsync("shop", Ct);
        var random = new Random(4711);

        List<Delays> measured =
        [
            await MeasureAsync("keys", Rounds, random, _ => RevokeAsync(one, replicas.Addresses[1])),
            await MeasureAsync("schemas", Rounds / 3, random, n => ChangeSchemaAsync(one, other, n)),
            await MeasureAsync("passwords", Math.Max(3, Rounds / 10), random, _ => ChangePasswordAsync(replicas)),
        ];

        foreach (var delays in measured)
            output.WriteLine($"{way}, {delays}");
        FaultReport.Add("PostgreSQL, replicas", ("keys revoked", Rounds), ("slowest news, ms", measured.Max(delays => delays.Longest.TotalMilliseconds)));
        Assert.All(measured, delays => Assert.True(delays.Longest <= _promised, $"{delays}"));
    }

    private static async Task<ReplicaSet> StartAsync(Way way, PostgresDatabase database)
    {
        if (way == Way.Notified)
            return await ReplicaSet.StartAsync(database.Url, Ct);
        var pooled = (await PgBouncer.SharedAsync()).ConnectionStringTo(database);
        return way == Way.Asking
            ? await ReplicaSet.StartAsync(pooled, Ct, ("DATABASE_POOLER", "transaction"))
            : await ReplicaSet.StartAsync(pooled, Ct, ("DATABASE_POOLER", "transaction"), ("DATABASE_DIRECT_URL", database.Url));
    }

    /// <param name="change">Does it on one server; gives what asks the other one whether it knows.</param>
    private static async Task<Delays> MeasureAsync(string what, int rounds, Random random, Func<int, Task<Func<Task<bool>>>> change)
    {
        var delays = new Delays(what);
        var stalls = 0;
        for (var round = 0; round < rounds + stalls; round++)
        {
            await Task.Delay(random.Next(500), Ct); // anywhere between two looks
            var (delay, slowest) = await UntilKnownAsync(what, await change(round));
            if (delay > _promised && slowest > _stall && stalls < MostStalls)
                stalls++;
            else
                delays.Add(delay);
        }

        return delays;
    }

    /// <summary>How long it took, and how long the slowest of the requests that asked.</summary>
    private static async Task<(TimeSpan Delay, TimeSpan Slowest)> UntilKnownAsync(string what, Func<Task<bool>> isKnown)
    {
        var changed = Stopwatch.GetTimestamp();
        var slowest = TimeSpan.Zero;
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var knows = await isKnown();
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(asked).Ticks));
            var delay = Stopwatch.GetElapsedTime(changed);
            if (knows)
                return (delay, slowest);
            Assert.True(delay < TimeSpan.FromSeconds(10), $"{what}: the other server never knew.");
        }
    }

    private static async Task<Func<Task<bool>>> RevokeAsync(Client one, Uri other)
    {
        const string Keys = "/api/v1/account/databases/shop/apikeys";
        var key = (await one.PostAsync(Keys, new { name = $"{Guid.NewGuid():N}" }, Ct)).ShouldBe(HttpStatusCode.Created).Json;
        var holder = new Client(other, $"ApiKey {key.GetProperty("api_key").GetString()}");
        (await holder.GetAsync(Client.RecordsOf("shop", "notes"), Ct)).ShouldBe(HttpStatusCode.OK);
        (await one.DeleteAsync($"{Keys}/{key.GetProperty("key_id").GetString()}", Ct)).ShouldBe(HttpStatusCode.NoContent);
        return () => IsRefusedAsync(holder);
    }

    private static async Task<Func<Task<bool>>> ChangePasswordAsync(ReplicaSet replicas)
    {
        using var one = await Client.SignUpAsync(replicas.Addresses[0], Ct, $"{Guid.NewGuid():N}@example.com");
        var other = one.At(replicas.Addresses[1]);
        (await other.GetAsync("/api/v1/databases", Ct)).ShouldBe(HttpStatusCode.OK);
        Assert.True((await one.PutAsync("/api/v1/account/password", new { current_password = Client.Password, new_password = "another battery staple" }, Ct)).IsSuccess);
        return () => IsRefusedAsync(other);
    }

    private static async Task<Func<Task<bool>>> ChangeSchemaAsync(Client one, Client other, int number)
    {
        (await other.GetAsync(Client.RecordsOf("shop", "notes"), Ct)).ShouldBe(HttpStatusCode.OK);
        (await one.SendAsync(HttpMethod.Patch, "/api/v1/databases/shop/tables/notes", new { add_columns = new[] { new { name = $"c{number}", type = "TEXT" } } }, Ct)).ShouldBe(HttpStatusCode.OK);
        return async () => (await other.GetAsync($"{Client.RecordsOf("shop", "notes")}?fields=c{number}", Ct)).IsSuccess;
    }

    private static async Task<bool> IsRefusedAsync(Client client)
    {
        if ((await client.GetAsync(Client.RecordsOf("shop", "notes"), Ct)).Status != HttpStatusCode.Unauthorized)
            return false;
        client.Dispose();
        return true;
    }
}
