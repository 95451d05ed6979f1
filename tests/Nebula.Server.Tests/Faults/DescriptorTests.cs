using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Nebula.Server.Tests.Deployment;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Faults;

/// <summary>A process that may hold few descriptors, as shells and services start one.</summary>
[Collection<FaultCollection>]
public sealed class DescriptorTests : IDisposable
{
    private const int Few = 512;

    /// <summary>What connections leave free: less than is kept back, since some of that is in use.</summary>
    private const int Spare = 64;

    private const int Clients = 12;
    private const int Requests = 25;

    private readonly Workspace _workspace = new();

    /// <summary>More than can be open with so few descriptors: <c>NEBULA_DESCRIPTOR_DATABASES</c>, or 60.</summary>
    private static int Databases => Seed.Times("NEBULA_DESCRIPTOR_DATABASES", 60);

    [Fact]
    public async Task With_few_descriptors_many_databases_serve_in_turns_and_no_request_fails()
    {
        var ct = TestContext.Current.CancellationToken;
        var seed = Seed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var server = await StartWithAsync($"ulimit -n {Few}", ct);
        Assert.Contains("databases are open at once", server.Output, StringComparison.Ordinal); // a warning
        using var client = await Client.SignUpAsync(server.Address, ct);
        for (var i = 0; i < Databases; i++)
            await client.CreateDatabaseAsync($"db_{i}", ct);

        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(
            async () =>
            {
                var random = new Random(seed + number);
                for (var i = 0; i < Requests; i++)
                {
                    var database = $"db_{random.Next(Databases)}";
                    (await client.InsertAsync(database, $"{number}-{i}", ct)).ShouldBe(HttpStatusCode.Created);
                    (await client.GetAsync(Client.RecordsOf(database, "notes"), ct)).ShouldBe(HttpStatusCode.OK);
                    most = Math.Max(most, Held(server));
                }
            },
            ct)));

        Assert.InRange(most, 1, Few - 1);
        Assert.DoesNotContain("WRN Nebula.Storage", server.Output, StringComparison.Ordinal); // such as one that could not be opened
        var stored = 0L;
        for (var i = 0; i < Databases; i++)
            stored += (await client.ListAllAsync($"db_{i}", "notes", ct)).Total;
        Assert.Equal(Clients * Requests, stored);
        FaultReport.Add("many databases", ("acknowledged", stored), ("lost", 0), ("most descriptors held of 512", most));
    }

    [Fact]
    public async Task More_clients_than_descriptors_leave_some_for_the_databases_and_for_those_who_come_when_they_are_gone()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await StartWithAsync($"ulimit -n {Few}", ct);
        using var early = await Client.SignUpAsync(server.Address, ct);
        for (var i = 0; i < 5; i++)
            await early.CreateDatabaseAsync($"db_{i}", ct);
        var idle = Enumerable.Range(0, 2 * Few).Select(_ => new TcpClient()).ToList();
        try
        {
            // As fast as they can: a server that takes whoever comes, and then looks how many there are, has no descriptor left before it does.
            var connecting = Task.WhenAll(idle.Select(connection => Task.Run(() => ConnectAsync(connection, server, ct), ct)));
            var most = Held(server);
            while (!connecting.IsCompleted)
                most = Math.Max(most, Held(server));
            await connecting;
            for (var i = 0; i < 5; i++)
                (await early.InsertAsync($"db_{i}", "crowded", ct)).ShouldBe(HttpStatusCode.Created);
            Assert.InRange(Math.Max(most, Held(server)), 1, Few - Spare);
        }
        finally
        {
            idle.ForEach(connection => connection.Dispose());
        }

        Assert.True(await IsServedAsync(early, server, ct), $"Nobody is let in any more.\n{server.Output}");
    }

    [Fact]
    public async Task A_soft_limit_is_raised_to_what_the_system_allows()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await StartWithAsync($"ulimit -Sn {Few}", ct);

        var limits = File.ReadLines($"/proc/{server.Id}/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.SkipWhen(limits[4] == Few.ToString(CultureInfo.InvariantCulture), "This machine allows no more than the test begins with.");

        Assert.Equal(limits[4], limits[3]);
    }

    public void Dispose() => _workspace.Dispose();

    private static int Held(ServerProcess server) => Directory.GetFileSystemEntries($"/proc/{server.Id}/fd").Length;

    /// <summary>Says what the server said when it lets nobody in.</summary>
    private static async Task ConnectAsync(TcpClient connection, ServerProcess server, CancellationToken ct)
    {
        try
        {
            await connection.ConnectAsync(IPAddress.Loopback, server.Address.Port, ct);
        }
        catch (SocketException e)
        {
            Assert.Fail($"{e.Message}\n{server.Output}");
        }
    }

    /// <summary>The server hears of clients that went only after a moment.</summary>
    private static async Task<bool> IsServedAsync(Client known, ServerProcess server, CancellationToken ct)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var late = known.At(server.Address);
            try
            {
                return (await late.GetAsync("/api/v1/databases", ct)).IsSuccess;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, ct);
            }
        }

        return false;
    }

    private Task<ServerProcess> StartWithAsync(string limit, CancellationToken ct)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process holds is read from /proc.");
        string[] shell = [Tool.Require("bash"), "-c", $"{limit} && exec \"$@\"", "bash"];
        return ServerProcess.StartAsync(_workspace.Start() with { Under = shell }, ct);
    }
}
