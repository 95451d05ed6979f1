using Nebula.Core.ApiKeys;
using Nebula.Storage;

namespace Nebula.Server.Workers;

/// <summary>Writes out once a minute, and at the end, when keys were last used.</summary>
internal sealed class KeyUseWriter(ApiKeyUses uses, TimeProvider clock, ILogger<KeyUseWriter> logger) : BackgroundService
{
    private readonly PeriodicWork _work = new("Noting the last use of API keys", TimeSpan.FromMinutes(1), clock, logger);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _work.RunOnceAsync(uses.FlushAsync, CancellationToken.None);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _work.RunAsync(uses.FlushAsync, stoppingToken);
}
