using System.Text.Json;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>An account with a database <c>shop</c>, its tables <c>customers</c> and <c>suppliers</c>, one customer, a key for everything, and the default key.</summary>
internal sealed record Shop(Owner Owner, KeyHolder Key)
{
    public const string Customers = "/api/v1/databases/shop/tables/customers/records";

    /// <summary>A backup of the database; one that there is only after <see cref="BackUpAsync"/>.</summary>
    public string BackupId { get; private init; } = "20260101t000000z-00000000";

    public static async Task<Shop> OpenAsync(TestServer nebula)
    {
        var owner = await nebula.SignUpAsync();
        await owner.CreateDatabaseAsync("shop");
        await owner.CreateTableAsync("shop", "customers", "name TEXT", "age INTEGER");
        await owner.CreateTableAsync("shop", "suppliers", "name TEXT");
        await owner.AddAsync(Customers, new { name = "Ada", age = 36 });
        return new Shop(owner, await owner.CreateApiKeyAsync("shop", new { name = "default" }));
    }

    /// <summary>The same with a backup.</summary>
    public async Task<Shop> BackUpAsync() => this with { BackupId = (await Owner.BackUpAsync("/api/v1/account/databases/shop/backups")).Text("backup_id") };

    /// <summary>Everything that a refused request must not have changed.</summary>
    public async Task<string> DescribeAsync() => string.Join('\n',
        (await Owner.GetAsync("/api/v1/account/user/me")).Body,
        (await Owner.GetAsync("/api/v1/databases")).Body,
        (await Owner.GetAsync("/api/v1/databases/shop/tables")).Body,
        (await Owner.GetAsync(Customers)).Body,
        string.Join(' ', (await Owner.GetAsync("/api/v1/account/databases/shop/apikeys")).Json.List("api_keys").Select(Unused)));

    // When a key was last used is noted whatever came of the request.
    private static string Unused(JsonElement key) => $"{key.Text("key_id")} {key.Text("name")} {key.GetProperty("scopes")}";
}
