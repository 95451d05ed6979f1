using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Deployment;

/// <summary>The real nginx with the configuration of the repository; only ports, paths and the server behind it are others.</summary>
internal sealed partial class NginxProxy : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nebula-nginx-");
    private Process? _process;

    private NginxProxy(int port, int plainPort, IReadOnlyList<Uri> servers)
    {
        Servers = servers is [] ? Upstream.Address : string.Join("; server ", servers.Select(server => server.Authority));
        Url = new Uri($"https://127.0.0.1:{port}");
        PlainUrl = new Uri($"http://127.0.0.1:{plainPort}");
    }

    public Uri Url { get; }

    public Uri PlainUrl { get; }

    public RecordingServer Upstream { get; } = new();

    public HttpClient Client { get; private set; } = new();

    /// <summary>As a <c>server</c> line of nginx has them.</summary>
    private string Servers { get; }

    private string Certificates => Path.Combine(_directory.FullName, "certs");

    /// <summary>Skips the test when nginx or openssl is not installed.</summary>
    /// <param name="servers">What it stands before; the one that records what it is asked if there is none.</param>
    public static async Task<NginxProxy> StartAsync(string configuration, CancellationToken ct, params IReadOnlyList<Uri> servers)
    {
        var (nginx, _) = (Tool.Require("nginx"), Tool.Require("openssl"));
        var proxy = new NginxProxy(FreePort.Next(), FreePort.Next(), servers);
        try
        {
            await proxy.StartAsync(nginx, configuration, ct);
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connections of a client's own, which believe its certificate and no other.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(20),
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Certificates, "tls.crt")) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }

        await Upstream.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task StartAsync(string nginx, string configuration, CancellationToken ct)
    {
        await Tool.RunAsync(SourceTree.Absolute("scripts/self-signed-certificate"), [Certificates, "nebula.test"], ct);
        var file = Path.Combine(_directory.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, Adapt(configuration), ct);

        await Tool.RunAsync(nginx, ["-t", "-c", file], ct);
        // One process, so that killing it leaves none behind.
        _process = Tool.Start(nginx, ["-c", file, "-g", "daemon off; master_process off;"]);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine(); // a pipe that nobody empties stops it once it is full: after some hundred errors

        Client = new HttpClient(Handler());
        await ListeningAsync(ct);
    }

    /// <summary>The servers of the tests have addresses and no names, so that an nginx does that knows no <c>resolve</c>.</summary>
    private string Adapt(string configuration)
    {
        var temporary = _directory.FullName + "/";
        var ported = Listen().Replace(configuration, match => $"listen 127.0.0.1:{(match.Groups[1].Value == "8443" ? Url : PlainUrl).Port}");
        return ported
            .Replace("$host:8443", $"$host:{Url.Port}", StringComparison.Ordinal)
            .Replace(" /tmp/", " " + temporary, StringComparison.Ordinal)
            .Replace("/run/secrets/", Certificates + "/", StringComparison.Ordinal)
            .Replace("/dev/stdout", temporary + "access.log", StringComparison.Ordinal)
            .Replace("nebula:8080 resolve", Servers, StringComparison.Ordinal);
    }

    private async Task ListeningAsync(CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Url.Port, ct);
                return;
            }
            catch (SocketException) when (attempt < 250 && _process is { HasExited: false })
            {
                await Task.Delay(20, ct);
            }
        }
    }

    [GeneratedRegex("listen (8[0-9]+)")]
    private static partial Regex Listen();
}
