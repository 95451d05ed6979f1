using Nebula.Core.Caching;
using Nebula.Storage;

namespace Nebula.Server.Workers;

/// <summary>Lets this server know what others on the same data change.</summary>
internal sealed class RemoteChangeFollower(IStorage storage, RemoteChanges changes) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => storage.FollowAsync(changes.ApplyAsync, stoppingToken);
}
