using Nebula.Core;
using Nebula.Core.ApiKeys;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of API keys.</summary>
public abstract class ApiKeyContract(StorageFixture storage)
{
    private IApiKeyStore Store => storage.Services.Keys;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_added_key_is_found_by_its_lookup_key_with_all_it_is()
    {
        var (tenant, database) = await DatabaseAsync();
        var expiry = Some.Now(TimeProvider.System).AddDays(1);
        var (key, text) = await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = "reader", Scopes = ["records:read"], ExpiresAt = new(expiry) }).Succeeds();

        var found = await Store.FindAsync(key.LookupKey, Ct);

        Assert.NotNull(found);
        Assert.Equal((key.Id, database.Id, "reader", Scopes.RecordsRead), (found.Id, found.DatabaseId, found.Name, found.Scopes));
        Assert.Equal(ApiKeyText.Hash(text), found.SecretHash);
        Assert.Equal(expiry, found.ExpiresAt);
        Assert.Null(found.LastUsedAt);
        Assert.Null(found.Tables);
        Assert.Equal(found.Id, (await storage.Services.ApiKeys.AuthenticateAsync(text, Ct))?.Key.Id);
    }

    [Fact]
    public async Task Keys_are_listed_in_the_order_of_creation()
    {
        var (tenant, database) = await DatabaseAsync();
        foreach (var name in new[] { "c", "a", "b" })
        {
            await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = name }).Succeeds();
            await Task.Delay(2, Ct);
        }

        Assert.Equal(["c", "a", "b"], (await Store.ListAsync(database.Id, Ct)).Select(k => k.Name));
    }

    [Fact]
    public async Task A_name_is_taken_per_database_without_case()
    {
        var (tenant, database) = await DatabaseAsync();
        var other = await tenant.AddDatabaseAsync();
        await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = "main" }).Succeeds();

        await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = "MAIN" }).FailsWith(ErrorCodes.KeyExists);
        await tenant.AddKeyAsync(other.Database, new ApiKeyChange { Name = "main" }).Succeeds();
    }

    [Fact]
    public async Task Keys_of_a_name_are_found_for_several_databases_at_once()
    {
        var (tenant, one) = await DatabaseAsync();
        var (two, three) = (await tenant.AddDatabaseAsync(), await tenant.AddDatabaseAsync());
        var (first, _) = await tenant.AddKeyAsync(one.Database, new ApiKeyChange { Name = "default" }).Succeeds();
        await tenant.AddKeyAsync(two.Database, new ApiKeyChange { Name = "other" }).Succeeds();

        var found = await Store.ListNamedAsync([one.Database, two.Database, three.Database], "Default", Ct);

        Assert.Equal(first.Id, Assert.Single(found).Value.Id);
        Assert.Empty(await Store.ListNamedAsync([], "default", Ct));
    }

    [Fact]
    public async Task An_update_replaces_name_scopes_tables_and_expiry()
    {
        var (tenant, database) = await DatabaseAsync();
        await database.AddTableAsync("t", "n INTEGER");
        var table = await database.GetTableAsync("t").Succeeds();
        var (key, _) = await tenant.AddKeyAsync(database.Database).Succeeds();
        var expiry = Some.Now(TimeProvider.System).AddDays(1);

        var changed = key with { Name = "new", Scopes = Scopes.SchemaRead, Tables = [table.Id], ExpiresAt = expiry };
        await Store.UpdateAsync(key, changed, Ct).Succeeds();

        var found = await Store.FindAsync(key.LookupKey, Ct);
        Assert.Equal(("new", Scopes.SchemaRead, expiry), (found?.Name, found?.Scopes, found?.ExpiresAt));
        Assert.Equal([table.Id], found?.Tables);
        await Store.UpdateAsync(changed, key, Ct).Succeeds();
        Assert.Null((await Store.FindAsync(key.LookupKey, Ct))?.Tables);
    }

    [Fact]
    public async Task An_update_to_a_taken_name_or_of_a_key_that_is_gone_is_refused()
    {
        var (tenant, database) = await DatabaseAsync();
        var (key, _) = await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = "one" }).Succeeds();
        await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = "two" }).Succeeds();

        (await Store.UpdateAsync(key, key with { Name = "TWO" }, Ct)).FailsWith(ErrorCodes.KeyExists);
        await Store.RemoveAsync(database.Id, key.Id, Ct).Succeeds();
        (await Store.UpdateAsync(key, key with { Name = "three" }, Ct)).FailsWith(ErrorCodes.KeyNotFound);
    }

    [Fact]
    public async Task Of_two_changes_to_the_same_key_the_second_is_refused_and_brings_no_right_back()
    {
        var (tenant, database) = await DatabaseAsync();
        var (key, _) = await tenant.AddKeyAsync(database.Database).Succeeds();

        await Store.UpdateAsync(key, key with { Scopes = Scopes.RecordsRead }, Ct).Succeeds();
        (await Store.UpdateAsync(key, key with { Name = "second" }, Ct)).FailsWith(ErrorCodes.Conflict);

        Assert.Equal(Scopes.RecordsRead, (await Store.FindAsync(key.LookupKey, Ct))?.Scopes);
    }

    [Fact]
    public async Task A_removed_key_is_gone_and_a_key_of_another_database_is_not_touched()
    {
        var (tenant, database) = await DatabaseAsync();
        var other = await tenant.AddDatabaseAsync();
        var (key, _) = await tenant.AddKeyAsync(database.Database).Succeeds();

        (await Store.RemoveAsync(other.Id, key.Id, Ct)).FailsWith(ErrorCodes.KeyNotFound);
        await Store.RemoveAsync(database.Id, key.Id, Ct).Succeeds();

        Assert.Null(await Store.FindAsync(key.LookupKey, Ct));
        (await Store.RemoveAsync(database.Id, key.Id, Ct)).FailsWith(ErrorCodes.KeyNotFound);
    }

    [Fact]
    public async Task The_keys_of_a_deleted_database_are_gone()
    {
        var (tenant, database) = await DatabaseAsync();
        var (key, text) = await tenant.AddKeyAsync(database.Database).Succeeds();

        await tenant.Services.Databases.DeleteAsync(tenant.Caller, database.Database.Name, Ct).Succeeds();

        Assert.Null(await Store.FindAsync(key.LookupKey, Ct));
        Assert.Null(await storage.Services.ApiKeys.AuthenticateAsync(text, Ct));
        (await Store.AddAsync(key with { Id = ApiKeyId.New(TimeProvider.System) }, Ct)).FailsWith(ErrorCodes.DatabaseNotFound);
    }

    [Fact]
    public async Task A_key_bound_to_a_table_does_not_reach_a_new_table_of_its_name()
    {
        var (tenant, database) = await DatabaseAsync();
        await database.AddTableAsync("mine", "n INTEGER");
        await database.AddTableAsync("other", "n INTEGER");
        var (_, text) = await tenant.AddKeyAsync(database.Database, new ApiKeyChange { Name = "bound", Tables = new(["mine"]) }).Succeeds();
        var caller = await storage.Services.ApiKeys.AuthenticateAsync(text, Ct);
        var reached = database.As(caller!);
        await reached.Table("mine").AddAsync("""{"n": 1}""");
        await reached.Table("other").TryListAsync().FailsWith(ErrorCodes.Forbidden);

        await database.DropAsync("mine").Succeeds();
        await database.AddTableAsync("mine", "n INTEGER");

        await reached.Table("mine").TryListAsync().FailsWith(ErrorCodes.Forbidden);
    }

    [Fact]
    public async Task When_keys_were_last_used_is_kept_and_keys_that_are_gone_are_passed_over()
    {
        var (tenant, database) = await DatabaseAsync();
        var (key, text) = await tenant.AddKeyAsync(database.Database).Succeeds();
        var before = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await storage.Services.ApiKeys.AuthenticateAsync(text, Ct);

        await storage.Services.Uses.FlushAsync(Ct);
        await Store.NoteUseAsync([(ApiKeyId.New(TimeProvider.System), before)], Ct);
        await storage.RestartAsync();

        Assert.InRange((await Store.FindAsync(key.LookupKey, Ct))!.LastUsedAt!.Value, before, TimeProvider.System.GetUtcNow());
    }

    private async Task<(Tenant Tenant, TestDatabase Database)> DatabaseAsync()
    {
        var tenant = await storage.Services.AddTenantAsync();
        return (tenant, await tenant.AddDatabaseAsync());
    }
}
