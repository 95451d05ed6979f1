using System.Diagnostics;

namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>A pair of PostgreSQL servers that somebody else runs (<c>tests/failover/run</c>): <c>NEBULA_FAILOVER_URL</c> leads to the leader, <c>NEBULA_FAILOVER_COMMAND</c> kills it and ends when the pair is whole again.</summary>
internal sealed class FailoverPrimary(string url, string command) : IPrimary
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    public string Url => url;

    public IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Faults => [("leader killed", FailOverAsync)];

    /// <summary>The pair that the environment names, or null.</summary>
    public static FailoverPrimary? Given() =>
        Environment.GetEnvironmentVariable("NEBULA_FAILOVER_URL") is { Length: > 0 } url && Environment.GetEnvironmentVariable("NEBULA_FAILOVER_COMMAND") is { Length: > 0 } command
            ? new FailoverPrimary(url, command)
            : null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task FailOverAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_patience);
        using var process = Process.Start(new ProcessStartInfo(command))!; // a program that is new
        await process.WaitForExitAsync(deadline.Token);
        Assert.Equal(0, process.ExitCode);
    }
}
