using Nebula.Core;
using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

public sealed class BackupServiceTests : IDisposable
{
    private readonly TemporaryDirectory _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Everything_is_backed_up_once_at_a_time(string engine)
    {
        await using var server = await BackedUpServer.StartAsync(engine, _place.Path);
        var commands = new BackupService(new OnePlace(server), server.Services.Accounts, server.Services.DatabaseStore, new AuditLog(server.Services.Audit), TimeProvider.System);

        await using (await server.Backups.TryLockAsync(Ct))
            await commands.CreateAsync(null, null, BackedUpServer.NoProgress, Ct).FailsWith(ErrorCodes.Busy);

        await commands.CreateAsync(null, null, BackedUpServer.NoProgress, Ct).Succeeds();
        Assert.Single(await server.ListAsync());
    }
}
