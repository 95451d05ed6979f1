using System.Net;

namespace Nebula.Server.Tests.Faults;

[Collection<FaultCollection>]
public sealed class SecondServerTests : IDisposable
{
    private readonly Workspace _workspace = new();

    [Fact]
    public async Task A_second_server_on_the_same_data_refuses_and_says_who_holds_it()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var first = await ServerProcess.StartAsync(_workspace.Start(), ct);

        var (code, _, errors) = await ServerProcess.RunAsync(_workspace.Start(), [], ct);

        Assert.Equal(1, code);
        Assert.Contains($"in use by process {first.Id} on {Environment.MachineName}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        using var client = await Client.SignUpAsync(first.Address, ct);
        (await client.GetAsync("/api/v1/databases", ct)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_data_of_a_killed_server_is_free_for_the_next_one()
    {
        var ct = TestContext.Current.CancellationToken;
        await using (var first = await ServerProcess.StartAsync(_workspace.Start(), ct))
            await first.KillAsync();

        await using var second = await ServerProcess.StartAsync(_workspace.Start(), ct);

        Assert.True(second.Id > 0);
    }

    public void Dispose() => _workspace.Dispose();
}
