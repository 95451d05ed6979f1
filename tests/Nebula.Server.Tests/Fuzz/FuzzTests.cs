using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Fuzz;

/// <summary>Fuzz tests, on a server of their own. Whatever is sent, the answer is one that was meant: never a 500, never a dropped connection, always an error in the one shape.</summary>
public abstract class FuzzTests : IAsyncLifetime
{
    private TestServer? _server;

    private protected TestServer Nebula => _server ?? throw new InvalidOperationException("The server has not been started.");

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(new() { ["LOG_LEVEL"] = "error", ["NEBULA_QUERY_TIMEOUT_MS"] = "2000" });

    public async ValueTask DisposeAsync()
    {
        await Nebula.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A shop whose customers have a column of each of the oldest types.</summary>
    private protected async Task<Shop> OpenShopAsync()
    {
        var shop = await Shop.OpenAsync(Nebula);
        await shop.Owner.DeleteAsync("/api/v1/databases/shop/tables/customers");
        await shop.Owner.CreateTableAsync("shop", "customers", "name TEXT", "age INTEGER", "photo BLOB", "active BOOLEAN", "score REAL");
        await shop.Owner.AddAsync(Shop.Customers, new { name = "Ada" });
        return shop;
    }
}
