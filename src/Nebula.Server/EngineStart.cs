using Nebula.Server.Backups;
using Nebula.Server.Options;
using Nebula.Storage;

namespace Nebula.Server;

/// <summary>Starts the engine that the options name, with its metadata brought up to date, and the placements that there are besides.</summary>
internal static class EngineStart
{
    public static Task<PlacedStorage> StartAsync(NebulaOptions options, ILoggerFactory loggers, CancellationToken ct) => options.Postgres is { } postgres
        ? PlacedStorage.StartAsync(postgres, options.Placements, TimeProvider.System, loggers, ct)
        : PlacedStorage.StartAsync(WithHistories(options), options.Placements, TimeProvider.System, loggers, ct);

    /// <summary>Also for a command: what it writes is part of the history.</summary>
    private static StorageOptions WithHistories(NebulaOptions options) => options.Backups is not { Histories: { } histories, Place: { } place } ? options.Storage : options.Storage with
    {
        PointInTime = new PointInTimeOptions { Target = BackupPlaces.TargetAt(place, options.Backups.S3, TimeProvider.System), Key = options.Backups.Key, Interval = histories.Interval, Keep = histories.Keep },
    };
}
