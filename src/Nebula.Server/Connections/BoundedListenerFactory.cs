using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Nebula.Server.Connections;

/// <summary>
/// Listens on sockets, and takes no connection beyond a bound out of the system's queue. Kestrel refuses what is beyond its limit only when a thread comes to it: a burst of clients would take every
/// descriptor of the process before, and a runtime without descriptors ends.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing that must be given back, and connections outlive this.")]
internal sealed class BoundedListenerFactory(SocketTransportFactory sockets, int maxConnections) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>How many may be under way to being refused: they have descriptors too, from those that <see cref="DescriptorBudget"/> keeps back.</summary>
    private const int Refused = 32;

    private readonly SemaphoreSlim _room = new(maxConnections + Refused);

    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken ct) =>
        new BoundedListener(await sockets.BindAsync(endpoint, ct), _room);
}
