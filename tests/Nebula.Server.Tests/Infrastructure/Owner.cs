using System.Text.Json;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>Somebody with an account and its token.</summary>
internal sealed class Owner(TestServer nebula, string token, JsonElement user, string password) : Visitor(nebula, $"Bearer {token}")
{
    public string Token { get; } = token;

    public string Id { get; } = user.Text("userId");

    public string Username { get; } = user.Text("username");

    public string Email { get; } = user.Text("email");

    public string Password { get; } = password;

    public async Task CreateDatabaseAsync(string name) => (await PostAsync("/api/v1/databases", new { db_name = name })).ShouldBe(201);

    /// <param name="columns">As <c>name TYPE</c>, with <c>unique</c> and <c>not null</c> behind it as wanted.</param>
    public async Task CreateTableAsync(string database, string table, params string[] columns)
    {
        var body = new { table_name = table, columns = columns.Select(Definition) };
        (await PostAsync($"/api/v1/databases/{database}/tables", body)).ShouldBe(201);
    }

    /// <summary>A database with one table in it, and the path of that table's records.</summary>
    public async Task<string> CreateShopAsync(params string[] columns)
    {
        await CreateDatabaseAsync("shop");
        await CreateTableAsync("shop", "customers", columns is [] ? ["name TEXT", "age INTEGER"] : columns);
        return "/api/v1/databases/shop/tables/customers/records";
    }

    /// <summary>Backs a database up, and gives the answer with the backup: on a slow machine that is not the first one.</summary>
    /// <param name="backups">The path of its backups.</param>
    public async Task<Answer> BackUpAsync(string backups)
    {
        var answer = await PostAsync(backups);
        for (var i = 0; answer.Status == 202 || (answer.Status == 200 && answer.Text("state") == "running"); i++)
        {
            Assert.True(i < 600, answer.Body);
            await Task.Delay(100, TestContext.Current.CancellationToken);
            answer = await GetAsync($"{backups}/{answer.Text("backup_id")}");
        }

        return answer.Status == 200 ? answer : answer.ShouldBe(201);
    }

    /// <summary>Adds a record and gives its id.</summary>
    public async Task<long> AddAsync(string records, object record)
    {
        var added = await PostAsync(records, record);
        added.ShouldBe(201);
        return added.Number("record_id");
    }

    /// <summary>A key that may do everything in its database.</summary>
    public Task<KeyHolder> CreateApiKeyAsync(string database) => CreateApiKeyAsync(database, new { name = Some.Name("key") });

    public Task<KeyHolder> CreateApiKeyAsync(string database, params string[] scopes) => CreateApiKeyAsync(database, new { name = Some.Name("key"), scopes });

    public async Task<KeyHolder> CreateApiKeyAsync(string database, object wanted)
    {
        var created = await PostAsync($"/api/v1/account/databases/{database}/apikeys", wanted);
        created.ShouldBe(201);
        return new KeyHolder(Nebula, created.Text("api_key"), created.Text("key_id"), database);
    }

    private static object Definition(string column)
    {
        var words = column.Split(' ', 3);
        var rest = words.Length == 3 ? words[2] : "";
        return new
        {
            name = words[0],
            type = words[1],
            nullable = !rest.Contains("not null", StringComparison.Ordinal),
            unique = rest.Contains("unique", StringComparison.Ordinal),
        };
    }
}
