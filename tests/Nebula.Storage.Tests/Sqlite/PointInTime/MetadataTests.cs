using Nebula.Storage.Sqlite.PointInTime;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>Accounts and keys are shipped as databases are.</summary>
public sealed class MetadataTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accounts_can_be_restored_to_any_moment()
    {
        await using var storage = await ShippedStorage.StartAsync();
        await storage.Running.Services.AddTenantAsync();
        await storage.CoverAsync();
        await storage.Running.Services.AddTenantAsync();
        var at = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        await storage.Running.Services.AddTenantAsync();
        await storage.ShipAsync();

        Assert.Equal(2, await AccountsAsync(storage, at));
        Assert.Equal(3, await AccountsAsync(storage, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task Their_history_goes_on_after_a_restart_and_after_a_kill()
    {
        await using var storage = await ShippedStorage.StartAsync();
        await storage.Running.Services.AddTenantAsync();
        await storage.CoverAsync();
        await storage.Running.RestartAsync();
        await storage.Running.Services.AddTenantAsync();

        await using var after = await ShippedStorage.StartAsync(target: storage.Target, directory: storage.Running.Directory.Copy());
        await after.Running.Services.AddTenantAsync();
        await after.ShipAsync();

        Assert.Equal(3, await AccountsAsync(after, DateTimeOffset.UtcNow));
        Assert.Single(storage.Target.Names.Where(n => n.StartsWith("wal/metadata/", StringComparison.Ordinal)).Select(n => n.Split('/')[2]).Distinct());
    }

    [Fact]
    public async Task A_look_at_them_after_their_log_was_copied_into_the_file_is_no_commit()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        await storage.CoverAsync();
        await storage.Running.Services.Accounts.FindAsync(tenant.Id, Ct);
        await storage.Running.Services.AddTenantAsync();
        await storage.ShipAsync();
        await storage.ShipAsync(); // which finds nothing, and looks with care

        Assert.Equal(2, await AccountsAsync(storage, DateTimeOffset.UtcNow));
        Assert.DoesNotContain(storage.Running.Log.Lines, l => l.Contains("has a gap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_the_place_is_away_their_log_stays_bounded()
    {
        const long Bound = 500_000;
        await using var storage = await ShippedStorage.StartAsync(storage: o => o with { MaxWalBytes = Bound });
        await storage.CoverAsync();
        storage.Target.IsAway = true;
        for (var n = 0; n < 400; n++)
            await storage.Running.Services.AddTenantAsync();

        Assert.InRange(new FileInfo($"{storage.Running.MetadataPath}-wal").Length, 1, 2 * Bound);
        storage.Target.IsAway = false;
        await storage.CoverAsync();
        await storage.CoverAsync();
        Assert.Equal(400, await AccountsAsync(storage, DateTimeOffset.UtcNow));
    }

    private static Task<long> AccountsAsync(ShippedStorage storage, DateTimeOffset at) =>
        storage.RestoreAsync(HistoryNames.Metadata, at, (file, _) => file.Integer("SELECT count(*) FROM users"));
}
