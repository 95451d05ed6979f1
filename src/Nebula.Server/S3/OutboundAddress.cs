using System.Net;
using System.Net.Sockets;

namespace Nebula.Server.S3;

/// <summary>
/// Which addresses the server connects to on its own: whoever can choose a name must not make it speak to the machine's own services. Looks at what a name was resolved to, so that it does not matter how an address is written.
/// </summary>
internal static class OutboundAddress
{
    /// <summary>Where clouds tell a machine its own credentials, outside the link-local networks.</summary>
    private static readonly IPAddress[] _metadata = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200")];

    /// <summary>Of machines in the same network: loopback, private ones, those of carriers, and what has no meaning outside.</summary>
    private static readonly IPNetwork[] _private =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("224.0.0.0/3"), IPNetwork.Parse("::/127"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("ff00::/8"),
    ];

    private static readonly IPNetwork _linkLocal = IPNetwork.Parse("169.254.0.0/16");
    private static readonly IPNetwork _translated = IPNetwork.Parse("64:ff9b::/96");

    /// <param name="isTrusted">Whether the operator named the host: then private addresses are allowed, and link-local ones are not all the same.</param>
    public static bool IsAllowed(IPAddress address, bool isTrusted)
    {
        var plain = Plain(address);
        if (plain.IsIPv6LinkLocal || _linkLocal.Contains(plain) || _metadata.Contains(plain))
            return false;
        return isTrusted || !Array.Exists(_private, network => network.Contains(plain));
    }

    /// <summary>An IPv4 address that is written as an IPv6 one, as what it is.</summary>
    private static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && _translated.Contains(address) ? new IPAddress(address.GetAddressBytes()[^4..]) : address;
    }
}
