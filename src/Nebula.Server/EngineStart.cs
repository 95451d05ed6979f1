using Nebula.Server.Options;
using Nebula.Storage;

namespace Nebula.Server;

/// <summary>Starts the engine that the options name, with its metadata brought up to date, and the placements that there are besides.</summary>
internal static class EngineStart
{
    public static Task<PlacedStorage> StartAsync(NebulaOptions options, ILoggerFactory loggers, CancellationToken ct) => options.Postgres is { } postgres
        ? PlacedStorage.StartAsync(postgres, options.Placements, TimeProvider.System, loggers, ct)
        : PlacedStorage.StartAsync(options.Storage, options.Placements, TimeProvider.System, loggers, ct);
}
