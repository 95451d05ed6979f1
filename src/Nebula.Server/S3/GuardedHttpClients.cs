using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Nebula.Server.S3;

/// <summary>HTTP clients that connect to allowed addresses only, and follow no redirection by themselves: a new host would be another connection, which is looked at as well.</summary>
/// <param name="trusted">The host that the operator named; null for none.</param>
internal sealed class GuardedHttpClients(string? trusted) : HttpClientFactory
{
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Until the headers of an answer are there: the largest part is sent in far less, by any line that backups can be sent over.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(10);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = _connectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, ct),
    })
    {
        Timeout = _timeout,
    };

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint host, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Host, ct);
        var isTrusted = trusted is not null && host.Host.Trim('[', ']').Equals(trusted.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        var allowed = Array.FindAll(addresses, address => OutboundAddress.IsAllowed(address, isTrusted));
        if (allowed.Length == 0)
            throw new HttpRequestException($"'{host.Host}' is at an address that backups are not sent to.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // The very addresses that were looked at: the name could mean another one by now.
            await socket.ConnectAsync(allowed, host.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
