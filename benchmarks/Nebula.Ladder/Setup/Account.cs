using Nebula.Ladder.Load;

namespace Nebula.Ladder.Setup;

/// <summary>An account of Nebula with the database that the workloads use.</summary>
internal sealed record Account(string Token, string Key)
{
    private const string Credentials = "\"email\":\"ladder@example.com\",\"password\":\"a password of the ladder\"";

    public static Request Login { get; } = new("POST", "/auth/login", $$"""{{{Credentials}}}""");

    public string Jwt => $"Bearer {Token}";

    public string ApiKey => $"ApiKey {Key}";

    /// <summary>Signs up, logs in, and makes the database, its table, a key and the records.</summary>
    public static async Task<Account> CreateAsync(Client client, CancellationToken ct)
    {
        await client.SendAsync(new Request("POST", "/auth/signup", $$"""{{{Credentials}},"username":"ladder"}"""), ct);
        var token = await client.GetTextAsync(Login, "token", ct);
        await CreateDatabaseAsync(client, "bench", $"Bearer {token}", ct);
        var key = await client.GetTextAsync(new Request("POST", "/api/v1/account/databases/bench/apikey", null, $"Bearer {token}"), "api_key", ct);
        var account = new Account(token, key);
        await client.SendAllAsync(Enumerable.Range(1, Items.Count).Select(new Items("bench", account.ApiKey).Insert), ct);
        return account;
    }

    public static async Task CreateDatabaseAsync(Client client, string name, string authorization, CancellationToken ct)
    {
        await client.SendAsync(new Request("POST", "/api/v1/databases", $$"""{"db_name":"{{name}}"}""", authorization), ct);
        await client.SendAsync(new Request("POST", $"/api/v1/databases/{name}/tables", Items.Table, authorization), ct);
    }
}
