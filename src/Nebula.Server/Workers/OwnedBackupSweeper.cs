using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage;

namespace Nebula.Server.Workers;

/// <summary>Removes at the start, and once a day, the backups of owners that nobody needs any more. Several servers on the same data may do so at once.</summary>
internal sealed partial class OwnedBackupSweeper(OwnedBackupSweep sweep, TimeProvider clock, ILogger<OwnedBackupSweeper> logger) : BackgroundService
{
    private readonly PeriodicWork _work = new("Removing backups of deleted accounts and databases", TimeSpan.FromDays(1), clock, logger);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _work.RunAsync(SweepAsync, isAtOnce: true, stoppingToken);

    private async ValueTask SweepAsync(CancellationToken ct)
    {
        try
        {
            await sweep.RunAsync(removed => Removed(removed.Database, removed.Owner), (kept, e) => NotRemoved(e, kept.Database, kept.Owner), ct);
        }
        catch (UnavailableException e)
        {
            NotListed(e); // also the place of the backups, of which no request says anything
        }
    }

    [LoggerMessage(3109, LogLevel.Information, "The backups of the database {Database} of the account {Owner} were removed: it was deleted")]
    private partial void Removed(DatabaseId database, UserId owner);

    [LoggerMessage(3112, LogLevel.Warning, "The backups of the database {Database} of the account {Owner} could not be swept; it is tried again tomorrow")]
    private partial void NotRemoved(Exception exception, DatabaseId database, UserId owner);

    [LoggerMessage(3113, LogLevel.Warning, "The backups of owners could not be swept; it is tried again tomorrow")]
    private partial void NotListed(Exception exception);
}
