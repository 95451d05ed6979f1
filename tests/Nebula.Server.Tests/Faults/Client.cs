using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Nebula.Server.Tests.Faults;

/// <summary>A user of the server: an account, or a key. Waits no longer than the test can.</summary>
internal sealed class Client : IDisposable
{
    public const string Password = "correct horse battery staple";

    private readonly HttpClient _http;

    /// <param name="handler">Its connections, where they are others than usual.</param>
    public Client(Uri address, string? authorization = null, HttpMessageHandler? handler = null)
    {
        _http = new HttpClient(handler ?? new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        if (authorization is not null)
            _http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(authorization);
    }

    /// <summary>Whose requests these are; only after <see cref="SignUpAsync"/>.</summary>
    public Guid Account { get; private set; }

    public string Token => _http.DefaultRequestHeaders.Authorization?.Parameter ?? "";

    public static string RecordsOf(string database, string table) => $"/api/v1/databases/{database}/tables/{table}/records";

    /// <summary>Makes an account and logs in as it.</summary>
    public static async Task<Client> SignUpAsync(Uri address, CancellationToken ct, string email = "owner@example.com")
    {
        var client = new Client(address);
        var signedUp = await client.PostAsync("/auth/signup", new { email, username = "fault tester", password = Password }, ct);
        client.Account = signedUp.ShouldBe(HttpStatusCode.Created).Json.GetProperty("user_id").GetGuid();
        await client.LogInAsync(email, Password, ct);
        return client;
    }

    /// <summary>The same account on another address: after a restart, with the token that it has.</summary>
    public Client At(Uri address) => new(address, $"Bearer {Token}") { Account = Account };

    public async Task LogInAsync(string email, string password, CancellationToken ct)
    {
        var loggedIn = await PostAsync("/auth/login", new { email, password }, ct);
        var token = loggedIn.ShouldBe(HttpStatusCode.OK).Json.GetProperty("token").GetString();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>A database with one table of the columns <c>token</c> (unique) and <c>payload</c>.</summary>
    public async Task CreateDatabaseAsync(string database, CancellationToken ct, string table = "notes")
    {
        (await PostAsync("/api/v1/databases", new { db_name = database }, ct)).ShouldBe(HttpStatusCode.Created);
        object[] columns = [new { name = "token", type = "TEXT", unique = true }, new { name = "payload", type = "TEXT" }];
        (await PostAsync($"/api/v1/databases/{database}/tables", new { table_name = table, columns }, ct)).ShouldBe(HttpStatusCode.Created);
    }

    public Task<Answer> InsertAsync(string database, string token, CancellationToken ct, string payload = "", string table = "notes") =>
        PostAsync(RecordsOf(database, table), new { token, payload }, ct);

    public Task<Answer> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, body: null, ct);

    public Task<Answer> PostAsync(string path, object body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, ct);

    public Task<Answer> PutAsync(string path, object body, CancellationToken ct) => SendAsync(HttpMethod.Put, path, body, ct);

    public Task<Answer> DeleteAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Delete, path, body: null, ct);

    /// <summary>A request that may be sent again with the same key.</summary>
    public async Task<Answer> SendOnceAsync(string path, object body, string key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await _http.SendAsync(request, ct);
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync(ct), answer.Headers.RetryAfter?.Delta);
    }

    /// <param name="requestId">Comes back in the answer, so that a trace shows which answer is whose.</param>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct, string? requestId = null)
    {
        using var answer = await StartAsync(method, path, body, ct, requestId);
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync(ct), answer.Headers.RetryAfter?.Delta);
    }

    /// <summary>The answer as soon as its headers are there; the body is not waited for.</summary>
    public async Task<HttpResponseMessage> StartAsync(HttpMethod method, string path, object? body, CancellationToken ct, string? requestId = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        if (requestId is not null)
            request.Headers.Add("X-Request-Id", requestId);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    /// <summary>All records of a table, page by page, and the unfiltered total that came with the first page.</summary>
    public async Task<(IReadOnlyList<JsonElement> Records, long Total)> ListAllAsync(string database, string table, CancellationToken ct)
    {
        const int Limit = 1000;
        var records = new List<JsonElement>();
        var total = -1L;
        while (true)
        {
            var page = (await GetAsync($"{RecordsOf(database, table)}?limit={Limit}&offset={records.Count}&sort=id", ct)).ShouldBe(HttpStatusCode.OK).Json;
            if (total < 0)
                total = page.GetProperty("pagination").GetProperty("total").GetInt64();
            var before = records.Count;
            records.AddRange(page.GetProperty("records").EnumerateArray());
            if (records.Count - before < Limit)
                return (records, total);
        }
    }

    public void Dispose() => _http.Dispose();
}
