using Nebula.Core.Auditing;
using Nebula.Core.Backups;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Backups;

public sealed class OwnedBackupSweepTests : IAsyncLifetime
{
    private static readonly TimeSpan _kept = TimeSpan.FromDays(30);

    private readonly TemporaryDirectory _place = new();
    private readonly ManualClock _clock = new();
    private BackedUpServer? _server;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private BackedUpServer Server => _server!; // made before each test

    public async ValueTask InitializeAsync() => _server = await BackedUpServer.StartAsync("sqlite", _place.Path);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _place.Dispose();
    }

    [Fact]
    public async Task Those_of_a_deleted_account_go_and_those_of_others_stay()
    {
        var (gone, there) = (await Server.Services.AddTenantAsync(), await Server.Services.AddTenantAsync());
        var (first, second) = (await gone.AddMusicAsync(), await there.AddMusicAsync());
        await BackUpAsync(first);
        await BackUpAsync(second);
        Assert.Empty(await SweepAsync());

        await DeleteAccountAsync(gone, first);

        Assert.Equal([new OwnedBackups(gone.Id, first.Id)], await SweepAsync());
        Assert.False(Directory.Exists(_place.Combine("accounts", gone.Id.ToString())));
        Assert.Single(await ListAsync(second));
    }

    [Fact]
    public async Task Those_of_a_deleted_database_go_after_a_while()
    {
        var tenant = await Server.Services.AddTenantAsync();
        var database = await tenant.AddMusicAsync();
        await BackUpAsync(database);
        await Server.Services.Databases.DeleteAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();

        _clock.Advance(_kept - TimeSpan.FromHours(1));
        Assert.Empty(await SweepAsync());
        Assert.Single(await ListAsync(database));

        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Single(await SweepAsync());
        Assert.Empty(await ListAsync(database));
    }

    [Fact]
    public async Task What_a_server_never_heard_of_is_not_its_to_remove()
    {
        // As of another server in the same place, or of this one before it lost its data.
        await using var other = await BackedUpServer.StartAsync("sqlite", _place.Path);
        var theirs = await (await other.Services.AddTenantAsync()).AddMusicAsync();
        await BackUpAsync(theirs, server: other);
        _clock.Advance(2 * _kept);

        Assert.Empty(await SweepAsync());
        Assert.Single(await ListAsync(theirs));
    }

    [Fact]
    public async Task What_a_crash_left_half_made_goes()
    {
        var database = await (await Server.Services.AddTenantAsync()).AddMusicAsync();
        var whole = await BackUpAsync(database);
        var half = await BackUpAsync(database);
        var folder = _place.Combine("accounts", database.Database.OwnerId.ToString(), database.Id.ToString(), half.Id.Value);
        File.Delete(Path.Combine(folder, "manifest.json"));

        Assert.Empty(await SweepAsync());
        Assert.True(Directory.Exists(folder)); // it may be under way

        _clock.Advance(TimeSpan.FromDays(3));
        Assert.Empty(await SweepAsync());
        Assert.False(Directory.Exists(folder));
        Assert.Equal([whole.Id], (await ListAsync(database)).Select(b => b.Id));
    }

    [Fact]
    public async Task The_operator_brings_a_deleted_database_back_out_of_what_its_owner_made()
    {
        var tenant = await Server.Services.AddTenantAsync();
        var email = (await Server.Services.Accounts.FindAsync(tenant.Id, Ct))?.Email ?? "";
        var database = await tenant.AddMusicAsync();
        var backup = await BackUpAsync(database, email);
        await Server.Services.Databases.DeleteAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();
        var commands = new BackupService(new OnePlace(Server), Server.Services.Accounts, Server.Services.DatabaseStore, new AuditLog(Server.Services.Audit), TimeProvider.System);

        await commands.RestoreAsync(new(backup.Id.Value, null, $"{email}/{database.Database.Name}", null, Overwrites: false, SkipsDamaged: false), BackedUpServer.NoProgress, Ct).Succeeds();

        Assert.Equal(3, await (await tenant.OpenDatabaseAsync(database.Database.Name.Value)).Table("artists").TotalAsync());
    }

    private async Task<BackupManifest> BackUpAsync(TestDatabase database, string email = "ada@example.org", BackedUpServer? server = null) =>
        await (server ?? Server).Backups.CreateAsync(BackupFolder.Of(database.Database), BackupId.New(TimeProvider.System), database.Database, email, BackedUpServer.NoProgress, Ct).Succeeds();

    private async Task DeleteAccountAsync(Tenant tenant, TestDatabase database)
    {
        await Server.Services.Databases.DeleteAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();
        await new AuditLog(Server.Services.Audit).RunAsync(
            new AuditEvent(tenant.Id, AuditActor.Of(tenant.Id), AuditActions.AccountDelete), () => Server.Services.Accounts.RemoveAsync(tenant.Id, Ct), Ct).Succeeds();
    }

    private async Task<IReadOnlyList<OwnedBackups>> SweepAsync(Action<OwnedBackups, Exception>? failed = null)
    {
        var removed = new List<OwnedBackups>();
        await new OwnedBackupSweep(new OnePlace(Server), Server.Services.Accounts, Server.Services.DatabaseStore, Server.Services.Audit, _kept, _clock)
            .RunAsync(removed.Add, failed ?? ((_, e) => throw new InvalidOperationException("It failed.", e)), Ct);
        return removed;
    }

    private async Task<List<BackupSummary>> ListAsync(TestDatabase database)
    {
        var backups = new List<BackupSummary>();
        await foreach (var backup in Server.Backups.ListAsync(BackupFolder.Of(database.Database), Ct))
            backups.Add(backup);
        return backups;
    }
}
