using Nebula.Core.Auditing;
using Nebula.Storage;

namespace Nebula.Server.Workers;

/// <summary>Removes at the start, and once an hour, what the audit log kept for long enough.</summary>
internal sealed class AuditSweeper(IAuditStore store, TimeSpan kept, TimeProvider clock, ILogger<AuditSweeper> logger) : BackgroundService
{
    private readonly PeriodicWork _work = new("Removing old entries of the audit log", TimeSpan.FromHours(1), clock, logger);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _work.RunAsync(SweepAsync, isAtOnce: true, stoppingToken);

    private async ValueTask SweepAsync(CancellationToken ct)
    {
        while (await store.RemoveOlderAsync(clock.GetUtcNow() - kept, ct) > 0)
        {
            // The rest.
        }
    }
}
