using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nebula.Server.Connections;

namespace Nebula.Server.Tests.Connections;

/// <summary>On real sockets.</summary>
public sealed class BoundedListenerTests : IAsyncLifetime
{
    private const int Most = 3;
    private const int Refused = 32;
    private const int Clients = 2 * (Most + Refused);

    private readonly List<TcpClient> _clients = [];
    private readonly BoundedListenerFactory _factory = new(new SocketTransportFactory(new OptionsWrapper<SocketTransportOptions>(new()), NullLoggerFactory.Instance), Most);
    private IConnectionListener _listener = null!;

    public async ValueTask InitializeAsync()
    {
        _listener = await _factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), TestContext.Current.CancellationToken);
        for (var i = 0; i < Clients; i++)
        {
            var client = new TcpClient();
            _clients.Add(client);
            await client.ConnectAsync((IPEndPoint)_listener.EndPoint, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Clients_beyond_the_bound_wait_until_a_connection_is_closed()
    {
        var ct = TestContext.Current.CancellationToken;
        var accepted = await AcceptAllAsync(ct);

        var next = _listener.AcceptAsync(ct).AsTask();
        await Task.Delay(100, ct);
        Assert.False(next.IsCompleted);

        await accepted[0].DisposeAsync();
        accepted[0] = Assert.IsAssignableFrom<ConnectionContext>(await next);
        await DisposeAsync(accepted);
    }

    [Fact]
    public async Task A_connection_that_is_closed_twice_makes_room_for_one()
    {
        var ct = TestContext.Current.CancellationToken;
        var accepted = await AcceptAllAsync(ct);
        await accepted[0].DisposeAsync();
        await accepted[0].DisposeAsync();

        accepted[0] = Assert.IsAssignableFrom<ConnectionContext>(await _listener.AcceptAsync(ct));
        var next = _listener.AcceptAsync(ct).AsTask();
        await Task.Delay(100, ct);
        Assert.False(next.IsCompleted);

        await _listener.UnbindAsync(ct);
        Assert.Null(await next);
        await DisposeAsync(accepted);
    }

    [Fact]
    public async Task Who_waits_for_room_hears_when_nothing_is_listened_to_any_more()
    {
        var ct = TestContext.Current.CancellationToken;
        var accepted = await AcceptAllAsync(ct);
        var next = _listener.AcceptAsync(ct).AsTask();

        await _listener.UnbindAsync(ct);

        Assert.Null(await next.WaitAsync(TimeSpan.FromSeconds(30), ct));
        await DisposeAsync(accepted);
    }

    [Fact]
    public async Task Waiting_for_room_can_be_given_up()
    {
        var ct = TestContext.Current.CancellationToken;
        var accepted = await AcceptAllAsync(ct);
        using var given = new CancellationTokenSource();
        var next = _listener.AcceptAsync(given.Token).AsTask();

        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await DisposeAsync(accepted);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _clients.ForEach(client => client.Dispose());
    }

    private async Task<List<ConnectionContext>> AcceptAllAsync(CancellationToken ct)
    {
        var accepted = new List<ConnectionContext>();
        while (accepted.Count < Most + Refused)
            accepted.Add(Assert.IsAssignableFrom<ConnectionContext>(await _listener.AcceptAsync(ct).AsTask().WaitAsync(TimeSpan.FromSeconds(30), ct)));
        return accepted;
    }

    private static async Task DisposeAsync(List<ConnectionContext> connections)
    {
        foreach (var connection in connections)
            await connection.DisposeAsync();
    }
}
