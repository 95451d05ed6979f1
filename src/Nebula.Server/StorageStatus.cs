using Nebula.Api.Health;
using Nebula.Storage;

namespace Nebula.Server;

/// <summary>Tells the API about the storage, which it does not see itself.</summary>
internal sealed class StorageStatus(IStorage storage) : IServerStatus
{
    public (string Name, string Version) Engine => storage.Engine;

    public int OpenDatabases => storage.OpenDatabases;

    public int QuarantinedDatabases => storage.QuarantinedDatabases;

    public bool? AreHistoriesShipped => storage.AreHistoriesShipped;

    public ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct) => storage.IsMetadataReadyAsync(ct);
}
