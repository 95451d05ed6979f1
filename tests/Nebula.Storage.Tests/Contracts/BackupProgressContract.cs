using Nebula.Core;
using Nebula.Core.Background;
using Nebula.Core.Backups;
using Nebula.Core.Databases;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of backups of owners that are under way.</summary>
public abstract class BackupProgressContract(StorageFixture storage)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task How_far_one_is_is_kept_and_forgotten_after_a_day()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var store = storage.Services.BackupProgress;
        var now = Some.Now(TimeProvider.System).AddHours(-25);
        var backup = new BackupUnderWay(BackupId.New(TimeProvider.System), tenant.Id, new DatabaseId(7), new WorkStatus(WorkState.Running, now));

        await store.SetAsync(backup, Ct);
        Assert.Equal(backup, await store.FindAsync(backup.Id, Ct));
        var failed = backup with { Status = new WorkStatus(WorkState.Failed, now.AddSeconds(1)) { Failure = new Error(ErrorCodes.StorageFull, "The disk is full.") } };
        await store.SetAsync(failed, Ct);
        Assert.Equal(failed, await store.FindAsync(backup.Id, Ct));

        await store.SetAsync(backup with { Id = BackupId.New(TimeProvider.System), Status = backup.Status with { UpdatedAt = now.AddHours(25) } }, Ct);
        Assert.Null(await store.FindAsync(backup.Id, Ct));
    }
}
