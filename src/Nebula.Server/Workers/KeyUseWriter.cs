using Nebula.Core.ApiKeys;

namespace Nebula.Server.Workers;

/// <summary>Writes out once a minute, and at the end, when keys were last used.</summary>
internal sealed partial class KeyUseWriter(ApiKeyUses uses, TimeProvider clock, ILogger<KeyUseWriter> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await FlushAsync(stoppingToken);
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        try
        {
            await uses.FlushAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(e); // the server goes on without
        }
    }

    [LoggerMessage(3101, LogLevel.Warning, "The last use of API keys could not be noted")]
    private partial void Failed(Exception exception);
}
