using Nebula.Core.Auditing;

namespace Nebula.Server.Workers;

/// <summary>Removes at the start, and once an hour, what the audit log kept for long enough.</summary>
internal sealed partial class AuditSweeper(IAuditStore store, TimeSpan kept, TimeProvider clock, ILogger<AuditSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, clock);
        do
            await SweepAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        try
        {
            while (await store.RemoveOlderAsync(clock.GetUtcNow() - kept, ct) > 0)
            {
                // The rest.
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(e); // the server goes on without
        }
    }

    [LoggerMessage(3102, LogLevel.Warning, "Old entries of the audit log could not be removed")]
    private partial void Failed(Exception exception);
}
