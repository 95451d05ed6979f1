using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Nebula.Server.Connections;

/// <summary>Accepts a connection when there is room for one. One accept at a time; the rest from any thread.</summary>
/// <param name="room">Shared by the listeners of a server. A connection has a place in it until it is disposed.</param>
internal sealed class BoundedListener(IConnectionListener listener, SemaphoreSlim room) : IConnectionListener
{
    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint => listener.EndPoint;

    /// <summary>Null when nothing is listened to any more.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, ct);
        try
        {
            await room.WaitAsync(ended.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }

        ConnectionContext? accepted = null;
        try
        {
            accepted = await listener.AcceptAsync(ct);
        }
        finally
        {
            if (accepted is null)
                room.Release();
        }

        return accepted is null ? null : new BoundedConnection(accepted, room);
    }

    public async ValueTask UnbindAsync(CancellationToken ct)
    {
        await _unbound.CancelAsync();
        await listener.UnbindAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _unbound.CancelAsync();
        await listener.DisposeAsync();
    }
}
