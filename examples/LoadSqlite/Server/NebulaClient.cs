using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoadSqlite.Plan;

namespace LoadSqlite.Server;

/// <summary>The routes of Nebula that a load needs. Thread-safe once it has its credentials.</summary>
internal sealed class NebulaClient : IDisposable
{
    /// <summary>Enough for minutes of a rate limit; a server that still refuses then will not change its mind.</summary>
    private const int MaxAttempts = 30;

    /// <summary>About half a minute: longer than a server takes to start again.</summary>
    private const int MaxLostConnections = 10;

    private readonly HttpClient _http;
    private AuthenticationHeaderValue? _credentials;

    public NebulaClient(Uri url, int parallel, TimeProvider time)
    {
        // A redirect would turn a POST into a GET.
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = parallel, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = url };
        Pause = new Pause(time);
    }

    public Pause Pause { get; }

    /// <summary>Makes sure that Nebula is there before anything else is tried.</summary>
    public async Task PingAsync(CancellationToken ct)
    {
        try
        {
            using var response = await _http.GetAsync("ping", ct);
            var answer = await response.Content.ReadAsStringAsync(ct);
            if (response.Headers.Location is { } location)
                throw new InputException($"--url: {_http.BaseAddress} redirects to {location}; give that address.");
            if (!response.IsSuccessStatusCode || answer.Trim() != "pong")
                throw new InputException($"--url: {_http.BaseAddress} is not Nebula: GET ping gave {(int)response.StatusCode}, not 'pong'.");
        }
        catch (HttpRequestException fault)
        {
            throw new InputException($"--url: nothing answers at {_http.BaseAddress}: {fault.Message}");
        }
    }

    public async Task SignUpAsync(string email, string username, string password, CancellationToken ct)
    {
        try
        {
            await PostAsync("auth/signup", new JsonObject { ["email"] = email, ["username"] = username, ["password"] = password }, ct);
        }
        catch (NebulaException refusal) when (refusal.Code is "email_taken")
        {
            throw new InputException($"--sign-up: {email} has an account already; leave --sign-up out to use it.");
        }
        catch (NebulaException refusal) when (refusal.Status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden)
        {
            throw new InputException($"--sign-up: {refusal.Message}");
        }
    }

    /// <summary>From here on the requests are the account's.</summary>
    public async Task LogInAsync(string email, string password, CancellationToken ct)
    {
        try
        {
            using var answer = await PostAsync("auth/login", new JsonObject { ["email"] = email, ["password"] = password }, ct);
            _credentials = new AuthenticationHeaderValue("Bearer", answer.RootElement.GetProperty("token").GetString());
        }
        catch (NebulaException refusal) when (refusal.Status is HttpStatusCode.Unauthorized)
        {
            throw new InputException($"--email, --password: there is no account {email} with that password (--sign-up makes one).");
        }
    }

    public async Task CreateDatabaseAsync(string database, CancellationToken ct)
    {
        try
        {
            await PostAsync("api/v1/databases", new JsonObject { ["db_name"] = database }, ct);
        }
        catch (NebulaException refusal) when (refusal.Status is HttpStatusCode.Conflict)
        {
            throw new InputException($"--database: '{database}' exists already; choose another name, or delete it first.");
        }
    }

    /// <summary>Makes the database's default key. From here on the requests are that key's.</summary>
    public async Task CreateKeyAsync(string database, CancellationToken ct)
    {
        using var answer = await PostAsync($"api/v1/account/databases/{Uri.EscapeDataString(database)}/apikey", null, ct);
        _credentials = new AuthenticationHeaderValue("ApiKey", answer.RootElement.GetProperty("api_key").GetString());
    }

    public async Task CreateTableAsync(string database, TablePlan table, CancellationToken ct)
    {
        var columns = table.Columns.Select(c => new JsonObject
        {
            ["name"] = c.Name,
            ["type"] = c.Type.ToString().ToUpperInvariant(),
            ["nullable"] = c.IsNullable,
            ["unique"] = c.IsUnique,
        });
        var body = new JsonObject { ["table_name"] = table.Name, ["columns"] = new JsonArray([.. columns]) };
        await PostAsync($"api/v1/databases/{Uri.EscapeDataString(database)}/tables", body, ct);
    }

    public async Task InsertAsync(string database, string table, ReadOnlyMemory<byte> record, CancellationToken ct) =>
        await SendAsync(HttpMethod.Post, Records(database, table), record, ct);

    public async Task<RecordPage> ListAsync(string database, string table, long offset, int limit, CancellationToken ct)
    {
        var body = await SendAsync(HttpMethod.Get, $"{Records(database, table)}?sort=id&order=asc&limit={limit}&offset={offset}", null, ct);
        var answer = JsonDocument.Parse(body).RootElement;
        return new RecordPage([.. answer.GetProperty("records").EnumerateArray()], answer.GetProperty("pagination").GetProperty("total").GetInt64());
    }

    public void Dispose() => _http.Dispose();

    private static string Records(string database, string table) =>
        $"api/v1/databases/{Uri.EscapeDataString(database)}/tables/{Uri.EscapeDataString(table)}/records";

    private async Task<JsonDocument> PostAsync(string path, JsonObject? body, CancellationToken ct) =>
        JsonDocument.Parse(await SendAsync(HttpMethod.Post, path, body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body), ct));

    /// <summary>
    /// Sends until there is an answer that is final. 429 and 503 are tried again when the server says; so is a request whose connection broke,
    /// though the server may have carried it out: a record that is then there twice shows in the comparison.
    /// </summary>
    private async Task<byte[]> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken ct)
    {
        var lost = 0;
        for (var attempt = 1; ; attempt++)
        {
            await Pause.WaitAsync(ct);
            try
            {
                using var request = new HttpRequestMessage(method, path) { Content = body is { } bytes ? Json(bytes) : null };
                request.Headers.Authorization = _credentials;
                using var response = await _http.SendAsync(request, ct);
                if (response.IsSuccessStatusCode)
                    return await response.Content.ReadAsByteArrayAsync(ct);
                if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && attempt < MaxAttempts)
                {
                    Pause.Begin(response.Headers.RetryAfter, attempt);
                    continue;
                }

                var refusal = await NebulaException.ReadAsync(request, response, ct);
                if (lost > 0 && refusal.Code == "unique_violation")
                    return []; // The attempt whose answer was lost had succeeded.
                throw refusal;
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                if (++lost == MaxLostConnections)
                    throw new NebulaException(null, "", $"{method} {path}: {fault.Message} ({lost} times)");
                Pause.Begin(retryAfter: null, lost);
            }
        }
    }

    private static ReadOnlyMemoryContent Json(ReadOnlyMemory<byte> body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
