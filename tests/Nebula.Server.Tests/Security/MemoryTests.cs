using System.Globalization;
using System.Net;
using Nebula.Server.Tests.Faults;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Security;

/// <summary>Memory stays flat under abuse: what the process holds after it is what it held before, and it serves. <c>NEBULA_ABUSE</c> says how many times as much of it is sent.</summary>
[Collection<FaultCollection>]
[SqliteOnly("what of its memory is measured is that of a server with files.")]
public sealed class MemoryTests
{
    /// <summary>In MiB.</summary>
    private const long AllowedGrowth = 64;

    private const int AtOnce = 100;

    private const int Rounds = 5;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static int Times => int.TryParse(Environment.GetEnvironmentVariable("NEBULA_ABUSE"), NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? times : 1;

    [Fact]
    public Task Of_clients_that_never_come_to_an_end() => StaysFlatAsync(400, async (server, owner, count) =>
    {
        var connections = new List<RawConnection>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var connection = await RawConnection.OpenAsync(server.Address, Ct);
                connections.Add(connection);
                await connection.SendAsync(i % 2 == 0
                    ? $"GET /ping HTTP/1.1\r\nHost: nebula\r\nX: {new string('x', 8000)}"
                    : RawConnection.Head("POST", Client.RecordsOf("shop", "notes"), owner, "Content-Length: 10000000", "Content-Type: application/json") + $"{{\"token\": \"{new string('x', 8000)}");
            }

            (await new Client(server.Address).GetAsync("/health", Ct)).ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            connections.ForEach(c => c.Dispose());
        }
    });

    [Fact]
    public Task Of_bodies_as_large_as_they_may_be_and_larger() => StaysFlatAsync(60, async (server, owner, count) =>
    {
        var large = $"{{\"token\": \"{new string('x', 9_000_000)}\", ";
        for (var i = 0; i < count; i++)
        {
            using var connection = await RawConnection.OpenAsync(server.Address, Ct);
            var isTooLarge = i % 3 == 0;
            await connection.SendAsync(RawConnection.Head(
                "POST", Client.RecordsOf("shop", "notes"), owner, "Connection: close", isTooLarge ? "Content-Length: 100000000000" : $"Content-Length: {large.Length}", "Content-Type: application/json"));
            if (!isTooLarge)
                await connection.SendAsync(large);
            Assert.StartsWith(isTooLarge ? "HTTP/1.1 413 " : "HTTP/1.1 400 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        }
    });

    [Fact]
    public Task Of_a_great_many_wrong_keys_and_tokens() => StaysFlatAsync(50_000, (server, _, count) => PipelineAsync(
        server, count, i => RawConnection.Head("GET", "/api/v1/databases", new Visitor(null!, i % 4 == 0 ? $"Bearer e30.{i}.x" : $"ApiKey neb_{i:D8}_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")), 401));

    [Fact]
    public Task Of_addresses_that_are_counted() => StaysFlatAsync(
        10_000,
        (server, _, count) => PipelineAsync(
            server, count, i => RawConnection.Head("GET", "/api/v1/databases", null, $"X-Forwarded-For: 2001:db8:{i >> 8:x}:{i & 0xFF:x}::1", "Authorization: ApiKey x"), 401),
        ("RATE_LIMIT_ENABLED", "true"), ("TRUSTED_PROXIES", "127.0.0.1"));

    [Fact]
    public Task Of_deep_JSON() => StaysFlatAsync(1_000, async (server, owner, count) =>
    {
        var body = new string('[', 50_000);
        await PipelineAsync(
            server, count, i => RawConnection.Head("POST", i % 2 == 0 ? "/auth/login" : Client.RecordsOf("shop", "notes"), owner, $"Content-Length: {body.Length}", "Content-Type: application/json") + body, 400, atOnce: 1);
    });

    private static async Task StaysFlatAsync(int count, Func<ServerProcess, Visitor, int, Task> abuse, params (string Name, string Value)[] variables)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process holds is read from /proc.");
        using var workspace = new Workspace();
        await using var server = await ServerProcess.StartAsync(workspace.Start(variables), Ct);
        using var owner = await Client.SignUpAsync(server.Address, Ct);
        await owner.CreateDatabaseAsync("shop", Ct);
        var visitor = new Visitor(null!, $"Bearer {owner.Token}"); // asked for its credential alone
        await abuse(server, visitor, count / 5); // so that what the first use costs, and what is kept for the next one, is not counted
        var before = Resident(server);

        // What was freed is given back by and by, and when the collector last ran is chance: what is kept would be more after each round, so one round that ends where it began shows that nothing is.
        var after = long.MaxValue;
        for (var round = 0; round < Rounds && after - before > AllowedGrowth; round++)
        {
            await abuse(server, visitor, count * Times);
            after = Resident(server);
            for (var i = 0; i < 50 && after - before > AllowedGrowth; i++, after = Resident(server))
                await Task.Delay(100, Ct);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{before} MiB before, {after} MiB after");
        Assert.True(after - before <= AllowedGrowth, $"It grew by {after - before} MiB, from {before} MiB.");
        (await owner.InsertAsync("shop", "after all of it", Ct)).ShouldBe(HttpStatusCode.Created);
    }

    private static async Task PipelineAsync(ServerProcess server, int count, Func<int, string> request, int status, int atOnce = AtOnce)
    {
        using var connection = await RawConnection.OpenAsync(server.Address, Ct);
        for (var sent = 0; sent < count; sent += atOnce)
        {
            await connection.SendAsync(string.Concat(Enumerable.Range(sent, atOnce).Select(request)));
            Assert.All(await connection.ReadStatusesAsync(atOnce), s => Assert.Equal(status, s));
        }
    }

    /// <summary>The memory that the process holds, in MiB.</summary>
    private static long Resident(ServerProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
