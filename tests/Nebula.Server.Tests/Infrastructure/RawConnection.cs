using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>A bare connection, for what no HTTP client would send.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    private RawConnection()
    {
    }

    private NetworkStream Stream => _client.GetStream();

    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken ct)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(address.Host, address.Port, ct);
        connection._client.NoDelay = true;
        return connection;
    }

    /// <summary>The first lines of a request, up to the empty one.</summary>
    public static string Head(string method, string path, Visitor? from, params string[] headers)
    {
        var lines = new List<string> { $"{method} {path} HTTP/1.1", "Host: nebula" };
        if (from?.Authorization is { } authorization)
            lines.Add($"Authorization: {authorization}");
        lines.AddRange(headers);
        return string.Concat(lines.Select(line => $"{line}\r\n")) + "\r\n";
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await Stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>What the server sends until it closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var received = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Closed with what we sent unread: a reset says that too, and what came before counts.
        }

        return Encoding.Latin1.GetString(received.ToArray());
    }

    /// <summary>Reads until <paramref name="end"/> has come.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        while (!received.ToString().Contains(end, StringComparison.Ordinal))
        {
            var count = await Stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (count == 0)
                throw new IOException($"The connection was closed after: {received}");
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return received.ToString();
    }

    /// <summary>Reads until so many answers have begun, and gives their statuses. For requests that were sent at once, whose answers hold no text like a status line.</summary>
    public async Task<IReadOnlyList<int>> ReadStatusesAsync(int count)
    {
        const string Start = "HTTP/1.1 ";
        var (statuses, received, buffer) = (new List<int>(), "", new byte[16 * 1024]);
        while (statuses.Count < count)
        {
            var read = await Stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (read == 0)
                throw new IOException($"The connection was closed after {statuses.Count} answers.");
            received += Encoding.Latin1.GetString(buffer, 0, read);
            for (int at; (at = received.IndexOf(Start, StringComparison.Ordinal)) >= 0 && at + Start.Length + 3 <= received.Length; received = received[(at + Start.Length + 3)..])
                statuses.Add(int.Parse(received.AsSpan(at + Start.Length, 3), CultureInfo.InvariantCulture));
            if (!received.Contains(Start, StringComparison.Ordinal))
                received = received[^Math.Min(received.Length, Start.Length - 1)..];
        }

        return statuses;
    }

    public void Dispose() => _client.Dispose();
}
