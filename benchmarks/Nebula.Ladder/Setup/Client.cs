using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Nebula.Ladder.Load;
using Nebula.Ladder.Servers;

namespace Nebula.Ladder.Setup;

/// <summary>Sends what has to be sent before something can be measured.</summary>
internal sealed class Client(Server server) : IDisposable
{
    private const int Parallel = 32;

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Parallel })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"),
        Timeout = TimeSpan.FromSeconds(30),
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

    public Task SendAllAsync(IEnumerable<Request> requests, CancellationToken ct) => EachAsync(requests, (request, c) => SendAsync(request, c), ct);

    /// <summary>Works on many things at once.</summary>
    public static Task EachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> work, CancellationToken ct) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct }, async (one, c) => await work(one, c));

    public void Dispose() => _http.Dispose();
}
