using Nebula.Server.Options;
using Nebula.Storage;

namespace Nebula.Server;

/// <summary>Starts the engine that the options name, with its metadata brought up to date.</summary>
internal static class EngineStart
{
    public static async Task<IStorage> StartAsync(NebulaOptions options, ILoggerFactory loggers, CancellationToken ct) => options.Postgres is { } postgres
        ? await PostgresStorage.StartAsync(postgres, TimeProvider.System, loggers, ct)
        : await SqliteStorage.StartAsync(options.Storage, TimeProvider.System, loggers, ct);
}
