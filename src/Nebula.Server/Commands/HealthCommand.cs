using System.Net;
using System.Net.Sockets;
using System.Text;
using Nebula.Server.Options;

namespace Nebula.Server.Commands;

/// <summary>Asks the server of this environment whether it lives: the health check of an image that holds no shell.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(CancellationToken ct)
    {
        try
        {
            var options = NebulaOptions.From(Variables.FromEnvironment());
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
            timeout.CancelAfter(_timeout);
            var status = await AskAsync(AddressOf(options.Host), options.Port, timeout.Token);
            if (status.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                return ExitCode.Success;
            await Console.Error.WriteLineAsync($"nebula: the server answered '{status}'");
        }
        catch (InvalidOptionsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"nebula: no answer ({e.Message})");
        }

        return ExitCode.Failure;
    }

    // A whole HTTP client would double the time that this program takes to start.
    private static async Task<string> AskAsync(IPAddress address, int port, CancellationToken ct)
    {
        using var client = new TcpClient(address.AddressFamily);
        await client.ConnectAsync(address, port, ct);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), ct);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadLineAsync(ct) ?? "";
    }

    /// <summary>A server that listens everywhere is asked on loopback.</summary>
    private static IPAddress AddressOf(string host) =>
        !IPAddress.TryParse(host, out var address) || address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : address;
}
