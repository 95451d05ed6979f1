using Nebula.Api.Health;
using Nebula.Storage;

namespace Nebula.Server;

/// <summary>Tells the API about the storage, which it does not see itself.</summary>
internal sealed class StorageStatus(SqliteStorage storage) : IServerStatus
{
    public (string Name, string Version) Engine { get; } = ("sqlite", SqliteStorage.EngineVersion);

    public int OpenDatabases => storage.OpenDatabases;

    public int QuarantinedDatabases => storage.QuarantinedDatabases;

    public ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct) => storage.IsMetadataReadyAsync(ct);
}
