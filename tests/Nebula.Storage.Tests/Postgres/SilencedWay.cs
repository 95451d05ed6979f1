using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>A way to a PostgreSQL whose connections can be silenced: they stay open and carry nothing more, as when the machine at the other end lost its power. New ones go through.</summary>
public sealed class SilencedWay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _ends = [];
    private readonly Task _accepting;
    private CancellationTokenSource _silence = new();

    public SilencedWay(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        _listener.Start();
        _accepting = AcceptAsync(settings.Port, _stop.Token);
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.ConnectionString;
    }

    /// <summary>Of the same database, by this way.</summary>
    public string ConnectionString { get; }

    /// <summary>Silences the connections that there are.</summary>
    public async Task SilenceAsync()
    {
        await _silence.CancelAsync();
        _silence = new CancellationTokenSource();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _silence.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Stop();
        foreach (var end in _ends)
            end.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(int port, CancellationToken ct)
    {
        while (true)
        {
            var (near, far) = (await _listener.AcceptTcpClientAsync(ct), new TcpClient { NoDelay = true });
            near.NoDelay = true;
            _ends.AddRange([near, far]);
            await far.ConnectAsync(IPAddress.Loopback, port, ct);
            _ = CarryAsync(near, far, _silence.Token);
            _ = CarryAsync(far, near, _silence.Token);
        }
    }

    private static async Task CarryAsync(TcpClient from, TcpClient to, CancellationToken ct)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream(), ct);
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Silenced, or one of the ends is gone.
        }
    }
}
