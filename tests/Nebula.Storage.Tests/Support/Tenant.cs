using Nebula.Core;
using Nebula.Core.Accounts;
using Nebula.Core.ApiKeys;
using Nebula.Core.Databases;

namespace Nebula.Storage.Tests.Support;

/// <summary>An account with its databases.</summary>
public sealed class Tenant(Services services, UserId id)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public UserId Id => id;

    public Services Services => services;

    public AccountCaller Caller { get; } = new(id, new Revocation());

    /// <summary>The same account on a storage that was started again.</summary>
    public Tenant On(Services other) => new(other, id);

    /// <summary>Registers a database.</summary>
    public async Task<TestDatabase> AddDatabaseAsync(string? name = null)
    {
        var database = await services.Databases.CreateAsync(Caller, Some.Database(name ?? Some.Name("db")), Ct).Succeeds();
        return new TestDatabase(services, Caller, database);
    }

    /// <summary>A database that is there.</summary>
    public async Task<TestDatabase> OpenDatabaseAsync(string name) =>
        new(services, Caller, await services.Databases.OpenAsync(Caller, Some.Database(name), Ct).Succeeds());

    /// <summary>A database of its own with one table in it.</summary>
    public async Task<TestTable> AddTableAsync(params string[] columns) => await (await AddDatabaseAsync()).AddTableAsync("items", columns);

    public ValueTask<Result<(ApiKey Key, string Text)>> AddKeyAsync(Database database, ApiKeyChange? wanted = null) =>
        services.ApiKeys.CreateAsync(Caller, database.Name, wanted ?? new ApiKeyChange { Name = Some.Name("key") }, Ct);
}
