using System.Net;
using System.Net.Sockets;
using System.Text;
using Nebula.Core;
using Nebula.Server.S3;

namespace Nebula.Server.Tests.Security;

/// <summary>What the server sends on its own never reaches a machine's own services by a name that somebody chose.</summary>
public sealed class OutboundAddressTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("169.254.0.1", false, false)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("64:ff9b::a9fe:a9fe", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("fd00:ec2::254", false, false)]
    [InlineData("100.100.100.200", false, false)]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("::1", false, true)]
    [InlineData("::", false, true)]
    [InlineData("0.0.0.0", false, true)]
    [InlineData("::ffff:127.0.0.1", false, true)]
    [InlineData("10.1.2.3", false, true)]
    [InlineData("172.31.255.255", false, true)]
    [InlineData("192.168.1.1", false, true)]
    [InlineData("100.64.0.1", false, true)]
    [InlineData("fd12::1", false, true)]
    [InlineData("172.32.0.1", true, true)]
    [InlineData("52.219.1.1", true, true)]
    [InlineData("2600:1fa0::1", true, true)]
    public void Link_local_addresses_are_never_reached_and_private_ones_only_by_the_operators_word(string address, bool ofAnybody, bool ofOperator)
    {
        Assert.Equal(ofAnybody, OutboundAddress.IsAllowed(IPAddress.Parse(address), isTrusted: false));
        Assert.Equal(ofOperator, OutboundAddress.IsAllowed(IPAddress.Parse(address), isTrusted: true));
    }

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("http://2852039166")]
    [InlineData("http://0251.0376.0251.0376")]
    [InlineData("http://0xa9fea9fe")]
    public async Task An_endpoint_of_the_cloud_that_tells_credentials_is_refused_however_it_is_written(string endpoint)
    {
        using var target = new S3BackupTarget(new S3Options { Endpoint = new Uri(endpoint), AccessKeyId = "x", SecretAccessKey = "y" }, "bucket", "");

        var refused = await Assert.ThrowsAsync<UnavailableException>(async () => await target.OpenAsync("a", Ct));

        Assert.Contains("is at an address that backups are not sent to", refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirection_to_it_is_refused_too()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var redirecting = RedirectAsync(listener, stop.Token);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var target = new S3BackupTarget(new S3Options { Endpoint = new Uri($"http://127.0.0.1:{port}"), AccessKeyId = "x", SecretAccessKey = "y" }, "bucket", "");

        await Assert.ThrowsAsync<UnavailableException>(async () => await target.OpenAsync("a", Ct));

        await stop.CancelAsync();
        await redirecting;
    }

    private static async Task RedirectAsync(TcpListener listener, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(ct);
                await using var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[16 * 1024], ct);
                await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), ct);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The test is over.
        }
    }
}
