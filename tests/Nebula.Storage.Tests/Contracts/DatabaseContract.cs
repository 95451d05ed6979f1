using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.Databases;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of databases.</summary>
public abstract class DatabaseContract(StorageFixture storage)
{
    private IDatabaseStore Store => storage.Services.DatabaseStore;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_is_registered_and_empty()
    {
        var tenant = await storage.Services.AddTenantAsync();

        var database = (await tenant.AddDatabaseAsync("Shop")).Database;

        Assert.Equal((tenant.Id, "Shop", DatabaseState.Registered, 0), (database.OwnerId, database.Name.Value, database.State, database.Tables));
        Assert.Equal(database.CreatedAt, database.UpdatedAt);
        Assert.Equal(0, await Store.GetSizeAsync(database, Ct));
        Assert.Equal(database, await Store.FindAsync(database.Id, Ct));
        Assert.Equal(database, await Store.FindAsync(tenant.Id, Some.Database("sHOP"), Ct));
    }

    [Fact]
    public async Task The_first_use_creates_it()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();

        await database.ListTablesAsync();

        var found = await Store.FindAsync(database.Id, Ct);
        Assert.Equal(DatabaseState.Created, found?.State);
        Assert.True(await Store.GetSizeAsync(database.Database, Ct) > 0);
    }

    [Fact]
    public async Task Many_that_use_a_new_database_at_once_use_the_same_one()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => database.AddTableAsync($"t{i}", "n INTEGER"), Ct)));

        Assert.Equal(20, (await database.ListTablesAsync()).Count);
        Assert.Equal(20, (await Store.FindAsync(database.Id, Ct))?.Tables);
    }

    [Fact]
    public async Task Names_are_taken_per_account_without_case()
    {
        var (one, other) = (await storage.Services.AddTenantAsync(), await storage.Services.AddTenantAsync());
        await one.AddDatabaseAsync("shop");

        (await Store.AddAsync(one.Id, Some.Database("SHOP"), most: null, Ct)).FailsWith(ErrorCodes.DatabaseExists);
        await other.AddDatabaseAsync("shop");
    }

    [Fact]
    public async Task An_account_that_is_not_there_gets_none() =>
        (await Store.AddAsync(UserId.New(TimeProvider.System), Some.Database("shop"), most: null, Ct)).FailsWith(ErrorCodes.UserNotFound);

    [Fact]
    public async Task Databases_are_listed_in_the_order_of_creation_a_page_at_a_time()
    {
        var tenant = await storage.Services.AddTenantAsync();
        foreach (var name in new[] { "c", "a", "b" })
            await tenant.AddDatabaseAsync(name);

        Assert.Equal(["c", "a", "b"], (await Store.ListAsync(tenant.Id, 10, 0, Ct)).Select(d => d.Name.Value));
        Assert.Equal(["a"], (await Store.ListAsync(tenant.Id, 1, 1, Ct)).Select(d => d.Name.Value));
    }

    [Fact]
    public async Task Two_databases_of_an_account_do_not_see_each_others_tables()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var (one, other) = (await tenant.AddDatabaseAsync("one"), await tenant.AddDatabaseAsync("other"));

        await one.AddTableAsync("t", "n INTEGER");

        await other.GetTableAsync("t").FailsWith(ErrorCodes.TableNotFound);
    }

    [Fact]
    public async Task A_renamed_database_keeps_its_id_its_data_and_its_state()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync("old");
        await (await database.AddTableAsync("t", "n INTEGER")).AddAsync("""{"n": 7}""");

        var renamed = await tenant.Services.Databases.RenameAsync(tenant.Caller, database.Database.Name, Some.Database("New"), Ct).Succeeds();

        Assert.Equal((database.Id, "New", DatabaseState.Created, 1), (renamed.Id, renamed.Name.Value, renamed.State, renamed.Tables));
        Assert.Null(await Store.FindAsync(tenant.Id, Some.Database("old"), Ct));
        Assert.Equal("7", (await database.Named(renamed).Table("t").FindAsync(1).Succeeds())["n"]);
        await storage.RestartAsync();
        Assert.Equal("7", (await database.Named(renamed).On(storage.Services).Table("t").FindAsync(1).Succeeds())["n"]);
    }

    [Fact]
    public async Task A_database_that_has_no_storage_yet_can_be_renamed()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync("old");

        var renamed = await tenant.Services.Databases.RenameAsync(tenant.Caller, database.Database.Name, Some.Database("new"), Ct).Succeeds();

        Assert.Equal(DatabaseState.Registered, renamed.State);
        await database.Named(renamed).AddTableAsync("t", "n INTEGER");
    }

    [Fact]
    public async Task A_name_can_change_in_its_case_only()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync("shop");
        await database.AddTableAsync("t", "n INTEGER");

        var renamed = await tenant.Services.Databases.RenameAsync(tenant.Caller, database.Database.Name, Some.Database("SHOP"), Ct).Succeeds();

        Assert.Equal("SHOP", renamed.Name.Value);
        Assert.Single(await database.Named(renamed).ListTablesAsync());
    }

    [Fact]
    public async Task A_taken_name_is_refused_and_both_databases_stay_as_they_were()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var (one, other) = (await tenant.AddDatabaseAsync("one"), await tenant.AddDatabaseAsync("other"));
        await one.AddTableAsync("of_one", "n INTEGER");
        await other.AddTableAsync("of_other", "n INTEGER");

        await tenant.Services.Databases.RenameAsync(tenant.Caller, one.Database.Name, Some.Database("OTHER"), Ct).FailsWith(ErrorCodes.DatabaseExists);

        Assert.Equal("of_one", Assert.Single(await one.ListTablesAsync()).Name);
        Assert.Equal("of_other", Assert.Single(await other.ListTablesAsync()).Name);
    }

    [Fact]
    public async Task A_deleted_database_is_gone_and_a_new_one_of_its_name_is_empty_and_another()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync("shop");
        await (await database.AddTableAsync("t", "n INTEGER")).AddAsync("""{"n": 7}""");

        await tenant.Services.Databases.DeleteAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();

        Assert.Null(await Store.FindAsync(database.Id, Ct));
        Assert.Empty(await Store.ListAsync(tenant.Id, 10, 0, Ct));
        var again = await tenant.AddDatabaseAsync("shop");
        Assert.NotEqual(database.Id, again.Id);
        Assert.Empty(await again.ListTablesAsync());
    }

    [Fact]
    public async Task What_is_deleted_cannot_be_used_renamed_or_deleted_again()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = (await tenant.AddDatabaseAsync("shop")).Database;
        await Store.RemoveAsync(database, Ct).Succeeds();

        (await Store.RemoveAsync(database, Ct)).FailsWith(ErrorCodes.DatabaseNotFound);
        (await Store.RenameAsync(database, Some.Database("other"), Ct)).FailsWith(ErrorCodes.DatabaseNotFound);
        (await storage.Services.TableStore.GetSchemaAsync(database, fresh: true, Ct)).FailsWith(ErrorCodes.DatabaseNotFound);
    }

    [Fact]
    public async Task Ids_of_databases_are_not_given_again_after_a_restart()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = (await tenant.AddDatabaseAsync()).Database;
        await Store.RemoveAsync(database, Ct).Succeeds();

        await storage.RestartAsync();

        Assert.True((await tenant.On(storage.Services).AddDatabaseAsync()).Id.Value > database.Id.Value);
    }
}
