using Nebula.Core;
using Nebula.Storage.Backups.Objects;
using Nebula.Storage.Sqlite.PointInTime;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Sqlite.PointInTime;

/// <summary>A database is found by the name that it had at the moment, and no other is.</summary>
public sealed class NameTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_is_renamed_while_nothing_is_written_is_found_by_both_names()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        var table = await (await tenant.AddDatabaseAsync("shop")).AddTableAsync("items", "n INTEGER");
        await storage.CoverAsync();
        var before = DateTimeOffset.UtcNow;
        await RenameAsync(storage, tenant, table, "old");
        await storage.CoverAsync();
        var after = DateTimeOffset.UtcNow;

        var (first, second) = ((await FindAsync(storage, tenant, "shop", before)).Succeeds(), (await FindAsync(storage, tenant, "old", after)).Succeeds());
        Assert.Equal((first.Generation, first.Number), (second.Generation, second.Number)); // it is the same file
        (await FindAsync(storage, tenant, "shop", after)).FailsWith(ErrorCodes.DatabaseNotFound);
        (await FindAsync(storage, tenant, "old", before)).FailsWith(ErrorCodes.InvalidParameter);
        Assert.Equal([], await storage.NumbersAsync(table.Database.Database, before));
    }

    [Fact]
    public async Task Another_one_that_takes_the_name_later_is_never_restored_in_its_place_nor_it_in_that_ones()
    {
        await using var storage = await ShippedStorage.StartAsync();
        var tenant = await storage.Running.Services.AddTenantAsync();
        var first = await (await tenant.AddDatabaseAsync("shop")).AddTableAsync("items", "n INTEGER");
        await storage.CoverAsync();
        var as1 = DateTimeOffset.UtcNow;
        await RenameAsync(storage, tenant, first, "old");
        await storage.CoverAsync();
        await Task.Delay(5, Ct);
        var asNone = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        var second = await (await tenant.AddDatabaseAsync("shop")).AddTableAsync("items", "n INTEGER");
        var tooEarly = DateTimeOffset.UtcNow;
        await Task.Delay(5, Ct);
        await storage.CoverAsync();
        var as2 = DateTimeOffset.UtcNow;

        Assert.Equal(first.Database.Id.ToString(), (await FindAsync(storage, tenant, "shop", as1)).Succeeds().Database);
        (await FindAsync(storage, tenant, "shop", asNone)).FailsWith(ErrorCodes.DatabaseNotFound);
        (await FindAsync(storage, tenant, "shop", tooEarly)).FailsWith(ErrorCodes.InvalidParameter);
        Assert.Equal(second.Database.Id.ToString(), (await FindAsync(storage, tenant, "shop", as2)).Succeeds().Database);
        Assert.Equal(first.Database.Id.ToString(), (await FindAsync(storage, tenant, "old", as2)).Succeeds().Database);
    }

    private static async Task RenameAsync(ShippedStorage storage, Tenant tenant, TestTable table, string name)
    {
        var renamed = await storage.Running.Services.Databases.RenameAsync(tenant.Caller, table.Database.Database.Name, Some.Database(name), Ct).Succeeds();
        await table.Database.Named(renamed).Table("items").TotalAsync(); // opens it
    }

    private static async Task<Result<HistoryCopy>> FindAsync(ShippedStorage storage, Tenant tenant, string name, DateTimeOffset at)
    {
        var email = (await storage.Running.Services.Accounts.FindAsync(tenant.Id, Ct))!.Email; // just added
        return await new HistoryCatalog(new HistoryStore(storage.Target, new BackupCodec(null))).FindAsync(email, name, at, Ct);
    }
}
