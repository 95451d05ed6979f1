using Nebula.Server.Backups;
using Nebula.Server.Options;
using Nebula.Storage;
using Nebula.Storage.Files;

namespace Nebula.Server;

/// <summary>Starts the engine that the options name, with its metadata brought up to date, and the placements that there are besides.</summary>
internal static class EngineStart
{
    public static Task<PlacedStorage> StartAsync(NebulaOptions options, ILoggerFactory loggers, CancellationToken ct)
    {
        var fitting = DescriptorBudget.Fit(options, Posix.RaiseDescriptorLimit());
        return fitting.Postgres is { } postgres
            ? PlacedStorage.StartAsync(postgres, fitting.Placements, TimeProvider.System, loggers, ct)
            : PlacedStorage.StartAsync(WithHistories(fitting), fitting.Placements, TimeProvider.System, loggers, ct);
    }

    /// <summary>Also for a command: what it writes is part of the history.</summary>
    private static StorageOptions WithHistories(NebulaOptions options) => options.Backups is not { Histories: { } histories, Place: { } place } ? options.Storage : options.Storage with
    {
        PointInTime = new PointInTimeOptions { Target = BackupPlaces.TargetAt(place, options.Backups.S3, TimeProvider.System), Key = options.Backups.Key, Interval = histories.Interval, Keep = histories.Keep },
    };
}
