using Nebula.Core;
using Nebula.Core.Quotas;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>What any engine promises of quotas.</summary>
public abstract class QuotaContract(StorageFixture storage)
{
    private QuotaService Quotas => storage.Services.Quotas;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bounds_of_an_account_are_kept_changed_and_taken_back()
    {
        var (tenant, other) = (await storage.Services.AddTenantAsync(), await storage.Services.AddTenantAsync());
        var store = storage.Services.QuotaStore;

        await store.SetAsync(tenant.Id, [new(Quota.Databases, 3), new(Quota.BytesPerDatabase, 1L << 40)], Ct);
        await store.SetAsync(tenant.Id, [new(Quota.Databases, 0), new(Quota.RowsPerRequest, null)], Ct);
        Assert.Equal([new(Quota.Databases, 0), new(Quota.BytesPerDatabase, 1L << 40)], (await store.ListAsync(tenant.Id, Ct)).OrderBy(b => b.Key));
        Assert.Empty(await store.ListAsync(other.Id, Ct));

        await store.SetAsync(tenant.Id, [new(Quota.Databases, null), new(Quota.BytesPerDatabase, null)], Ct);
        Assert.Empty(await store.ListAsync(tenant.Id, Ct));
    }

    [Fact]
    public async Task Of_many_databases_that_are_made_at_once_no_more_are_made_than_allowed()
    {
        var tenant = await storage.Services.AddTenantAsync();
        await Quotas.SetAsync(tenant.Id, [new(Quota.Databases, 3)], Ct);

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            async () => await storage.Services.Databases.CreateAsync(tenant.Caller, Some.Database($"d{i}"), Ct))));

        Assert.Equal(3, made.Count(m => m.TryGet(out _, out _)));
        Assert.All(made.Where(m => !m.TryGet(out _, out _)), m => Assert.Equal(ErrorCodes.QuotaExceeded, m.TryGet(out _, out var error) ? "" : error.Code));
        Assert.Equal(3, await storage.Services.DatabaseStore.CountAsync(tenant.Id, Ct));
    }

    [Fact]
    public async Task Of_many_tables_that_are_made_at_once_no_more_are_made_than_allowed()
    {
        var tenant = await storage.Services.AddTenantAsync();
        var database = await tenant.AddDatabaseAsync();
        await Quotas.SetAsync(tenant.Id, [new(Quota.TablesPerDatabase, 2)], Ct);

        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () => await database.TryAddTableAsync($"t{i}", "n INTEGER"))));

        Assert.Equal(2, made.Count(m => m.TryGet(out _, out _)));
        Assert.All(made.Where(m => !m.TryGet(out _, out _)), m => Assert.Equal(ErrorCodes.QuotaExceeded, m.TryGet(out _, out var error) ? "" : error.Code));
    }

    [Fact]
    public async Task What_is_used_grows_with_the_records()
    {
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.AddTableAsync("t", "x TEXT");
        await table.AddAsync("""{"x": "a"}""");
        var before = await storage.Services.DatabaseStore.GetUsedAsync(database.Database, Ct);

        for (var i = 0; i < 50; i++)
            await table.AddAsync($$"""{"x": "{{new string('x', 20_000)}}{{i}}"}""");

        Assert.InRange(before ?? 0, 1, 1_000_000);
        Assert.True(await storage.Services.DatabaseStore.GetUsedAsync(database.Database, Ct) > before);
    }
}
