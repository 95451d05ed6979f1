using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Nebula.Server.Tests.Deployment;

/// <summary>Stands behind a proxy, answers everything with 200 and keeps the head of each request.</summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<IReadOnlyList<string>> _heads = Channel.CreateUnbounded<IReadOnlyList<string>>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;

    public RecordingServer()
    {
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString() ?? "";
        _serving = ServeAsync(_stopping.Token);
    }

    public string Address { get; }

    /// <summary>The request line and the headers of the oldest request that was not asked for yet.</summary>
    public ValueTask<IReadOnlyList<string>> NextHeadersAsync(CancellationToken ct) => _heads.Reader.ReadAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(ct);
                await AnswerAsync(client.GetStream(), ct);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task AnswerAsync(NetworkStream stream, CancellationToken ct)
    {
        using var reader = new StreamReader(stream);
        var head = new List<string>();
        while (await reader.ReadLineAsync(ct) is { Length: > 0 } line)
            head.Add(line);
        _heads.Writer.TryWrite(head);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray(), ct);
    }
}
