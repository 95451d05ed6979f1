using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nebula.Api.Operator;
using Nebula.Core;
using Nebula.Core.Quotas;

namespace Nebula.Server.Operator;

/// <summary>Asks a running server, by the socket in its data directory.</summary>
internal sealed class OperatorClient : IDisposable
{
    private readonly HttpClient _http;

    private OperatorClient(string path) => _http = new HttpClient(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, ct) => new NetworkStream(await ConnectAsync(path, ct), ownsSocket: true),
    })
    {
        BaseAddress = new Uri("http://operator"),
        Timeout = Timeout.InfiniteTimeSpan, // what the operator asks for takes as long as it takes
    };

    /// <summary>
    /// The client of the server that owns the directory; null when none listens there. Throws <see cref="UnauthorizedAccessException"/> for somebody else than the operator.
    /// </summary>
    public static async Task<OperatorClient?> FindAsync(string dataDirectory, CancellationToken ct)
    {
        if (OperatorSocket.Prevents(dataDirectory) is not null)
            return null;
        var path = OperatorSocket.PathIn(dataDirectory);
        try
        {
            // A server that was killed leaves its file behind, so only an answer shows that there is one.
            (await ConnectAsync(path, ct)).Dispose();
            return new OperatorClient(path);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new UnauthorizedAccessException($"'{path}' is another user's: run the command as the user that the server runs as.", e);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Which server it is.</summary>
    public async Task<ServerView> DescribeAsync(CancellationToken ct)
    {
        using var response = await _http.GetAsync("/server", ct);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        return await JsonSerializer.DeserializeAsync(body, OperatorJson.Default.ServerView, ct)
            ?? throw new InvalidDataException("The server said nothing about itself.");
    }

    /// <summary>Has work done, and tells how far it is. Cancelling breaks it off, and the server undoes it.</summary>
    /// <param name="gone">What is told when the server ends before the work does.</param>
    public async Task<Result<T>> RunAsync<TRequest, TStage, T>(
        string path, TRequest asked, JsonTypeInfo<TRequest> askedType, Action<TStage, long, long?> progress, JsonTypeInfo<T> type, string gone, CancellationToken ct)
        where TStage : struct, Enum
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(asked, askedType)) };
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            response.EnsureSuccessStatusCode();
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
            while (await lines.ReadLineAsync(ct) is { } line)
            {
                var told = JsonSerializer.Deserialize(line, OperatorJson.Default.OperatorEvent) ?? new OperatorEvent();
                if (!told.TryGetStage<TStage>(out var stage))
                    return told.ToOutcome(type);
                progress(stage, told.Done ?? 0, told.Total);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !ct.IsCancellationRequested)
        {
            // The server ended: said below.
        }

        return new Error(ErrorCodes.Unavailable, gone);
    }

    /// <summary>Sets quotas of an account, if any are given, and tells them all.</summary>
    public async Task<Result<IReadOnlyList<QuotaReport>>> ChangeQuotasAsync(string account, IReadOnlyList<KeyValuePair<Quota, long?>> changes, CancellationToken ct)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new QuotaRequest(account, changes), OperatorJson.Default.QuotaRequest));
        using var response = await _http.PostAsync("/quotas", content, ct);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        return (await JsonSerializer.DeserializeAsync(body, OperatorJson.Default.QuotaAnswer, ct) ?? new QuotaAnswer(null, null, null)).ToOutcome();
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Socket> ConnectAsync(string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
