using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Nebula.Ladder.Load;
using Nebula.Ladder.Servers;

namespace Nebula.Ladder.Setup;

/// <summary>Sends what has to be sent before something can be measured.</summary>
/// <param name="patience">How long an answer may take; 30 seconds if absent.</param>
internal sealed class Client(Server server, TimeSpan? patience = null) : IDisposable
{
    private const int Parallel = 32;

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Parallel })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"),
        Timeout = patience ?? TimeSpan.FromSeconds(30),
    };

    /// <summary>The body of the answer; any but 2xx ends the run.</summary>
    public async Task<byte[]> SendAsync(Request request, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Path);
        if (request.Authorization is not null)
            message.Headers.Authorization = AuthenticationHeaderValue.Parse(request.Authorization);
        if (request.Body is not null)
            message.Content = new StringContent(request.Body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(message, ct);
        var body = await answer.Content.ReadAsByteArrayAsync(ct);
        return answer.IsSuccessStatusCode
            ? body
            : throw new LadderException($"{request.Method} {request.Path} gives {(int)answer.StatusCode}: {Encoding.UTF8.GetString(body)}");
    }

    public async Task<string> GetTextAsync(Request request, string member, CancellationToken ct) =>
        JsonNode.Parse(await SendAsync(request, ct))?[member]?.GetValue<string>() ?? throw new LadderException($"{request.Path} answers without {member}.");

    /// <summary>Sends a file as it is.</summary>
    public async Task SendFileAsync(string path, string file, string mediaType, string authorization, CancellationToken ct)
    {
        await using var content = File.OpenRead(file);
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(content) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        message.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        using var answer = await _http.SendAsync(message, ct);
        if (!answer.IsSuccessStatusCode)
            throw new LadderException($"POST {path} gives {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
    }

    /// <summary>The statements that made the tables of a database, and the index that the ladder's tables have.</summary>
    public async Task<string> GetSqlAsync(string database, string authorization, CancellationToken ct)
    {
        var tables = JsonNode.Parse(await SendAsync(new Request("GET", $"/api/v1/databases/{database}/tables", null, authorization), ct))?["tables"]?.AsArray() ?? [];
        return string.Concat(tables.Select(table => $"{table?["sql"]};\n")) + Sales.Index;
    }

    /// <summary>The cursor that goes on behind a page.</summary>
    public async Task<string> GetCursorAsync(Request page, CancellationToken ct) =>
        JsonNode.Parse(await SendAsync(page, ct))?["pagination"]?["next_cursor"]?.GetValue<string>() ?? throw new LadderException($"{page.Path} gives no cursor.");

    public Task SendAllAsync(IEnumerable<Request> requests, CancellationToken ct) => EachAsync(requests, (request, c) => SendAsync(request, c), ct);

    /// <summary>Works on many things at once.</summary>
    public static Task EachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> work, CancellationToken ct) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct }, async (one, c) => await work(one, c));

    public void Dispose() => _http.Dispose();
}
