using System.Net;
using System.Net.Sockets;

namespace Nebula.Server.Options.Parsing;

/// <summary>Where the server listens.</summary>
internal static class Address
{
    public static string? ParseHost(string text, out string host)
    {
        host = text.Trim().ToLowerInvariant();
        if (host == "localhost")
            return null;
        if (!IPAddress.TryParse(host, out var address) || host.StartsWith('['))
            return "is not an IP address";

        // The parser also takes "1" for 0.0.0.1 and "010.0.0.1" for 8.0.0.1: nobody means that.
        return address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != host
            ? "is not an IPv4 address of four decimal numbers"
            : null;
    }

    /// <summary>Takes <c>:8080</c> too: the form that Nebula v0.2 used.</summary>
    public static string? ParsePort(string text, out int port)
    {
        var trimmed = text.Trim();
        return WholeNumber.Parse(trimmed.StartsWith(':') ? trimmed[1..] : trimmed, 0, IPEndPoint.MaxPort, out port);
    }
}
