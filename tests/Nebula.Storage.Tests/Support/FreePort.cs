using System.Net;
using System.Net.Sockets;

namespace Nebula.Storage.Tests.Support;

/// <summary>
/// Ports of loopback for programs that tests start. They lie below those that Linux gives by itself to whoever asks for any, so that nobody else has got one until the program listens, nor while it is started again.
/// </summary>
public static class FreePort
{
    private const int First = 15_000;
    private const int Count = 15_000;

    /// <summary>Test processes that run beside each other begin apart.</summary>
    private static int _last = (int)(Environment.ProcessId * 4001L % Count);

    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException("Every port is in use.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
