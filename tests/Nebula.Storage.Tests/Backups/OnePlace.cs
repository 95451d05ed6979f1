using Nebula.Core;
using Nebula.Core.Backups;

namespace Nebula.Storage.Tests.Backups;

/// <summary>The place of a server as the only one that there is.</summary>
internal sealed class OnePlace(BackedUpServer server) : IBackupStores
{
    public Result<IBackupStore> Open(string? place) => Result.Success<IBackupStore>(server.Backups);

    public Result<IHistories> OpenHistories(string? place) => throw new NotSupportedException();
}
