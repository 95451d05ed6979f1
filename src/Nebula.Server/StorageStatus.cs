using Nebula.Api.Health;
using Nebula.Server.Backups;
using Nebula.Storage;

namespace Nebula.Server;

/// <summary>Tells the API about the storage, and about the backups on a schedule if there is one, neither of which it sees itself.</summary>
internal sealed class StorageStatus(IStorage storage, ScheduledBackups? backups) : IServerStatus
{
    public (string Name, string Version) Engine => storage.Engine;

    public int OpenDatabases => storage.OpenDatabases;

    public int QuarantinedDatabases => storage.QuarantinedDatabases;

    public bool? AreHistoriesShipped => storage.AreHistoriesShipped;

    public BackupStanding? Backups => backups?.Standing;

    public ValueTask<bool> IsMetadataReadyAsync(CancellationToken ct) => storage.IsMetadataReadyAsync(ct);
}
